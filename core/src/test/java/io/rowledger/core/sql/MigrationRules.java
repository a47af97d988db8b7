package io.rowledger.core.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a migration may not do while the previous release is still at work, and how it may do it
 * later: see {@code docs/upgrades.md}. Knows what can be seen in the text of one statement; that a
 * new check refuses what the previous release writes, it does not see.
 */
final class MigrationRules {

  /** Says what is taken away, and from which release on nobody has used it. */
  private static final Pattern CONTRACT =
      Pattern.compile(
          "^--\\s*contract:\\s*\\S.*\\bnot used since \\d+\\.\\d+(\\.\\d+)?\\s*\\.?\\s*$",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private static final String IF_EXISTS = "(\\s+IF\\s+EXISTS)?";

  private record Rule(Pattern statement, String why) {
    static Rule of(String statement, String why) {
      return new Rule(Pattern.compile(statement, Pattern.CASE_INSENSITIVE), why);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          Rule.of(
              "\\bDROP\\s+(TABLE|COLUMN|VIEW|MATERIALIZED\\s+VIEW|TYPE|DOMAIN|SCHEMA|SEQUENCE|FUNCTION)\\b",
              "the previous release may still use what is dropped"),
          // COLUMN may be left out.
          Rule.of(
              "\\bALTER\\s+TABLE\\b.*\\bDROP"
                  + IF_EXISTS
                  + "\\s+(?!(CONSTRAINT|COLUMN|NOT|DEFAULT|EXPRESSION|IDENTITY|IF)\\b)\\w+",
              "the previous release may still use the column"),
          Rule.of(
              "\\bDROP\\s+(CONSTRAINT|INDEX(\\s+CONCURRENTLY)?)" + IF_EXISTS + "\\s+\"?(pk|uq)_",
              "ON CONFLICT of the previous release needs the index"),
          Rule.of("\\bRENAME\\b", "the previous release knows the old name only"),
          Rule.of(
              "\\bALTER\\s+(COLUMN\\s+)?\\w+\\s+(SET\\s+DATA\\s+)?TYPE\\b",
              "the previous release binds the old type, and the table is written anew under a lock"),
          Rule.of("\\bSET\\s+NOT\\s+NULL\\b", "the previous release may still leave it out"),
          Rule.of("\\bDROP\\s+DEFAULT\\b", "the previous release may rely on the default"),
          Rule.of(
              "\\bALTER\\s+TABLE\\b.*\\bFORCE\\s+ROW\\s+LEVEL\\s+SECURITY\\b",
              "COPY of the previous release is refused"),
          Rule.of(
              "\\bREVOKE\\s+(ALL|SELECT|INSERT|UPDATE|DELETE)\\b(?!.*\\bON\\s+(ALL\\s+)?FUNCTIONS?\\b)",
              "the previous release may still need the right"),
          Rule.of("\\bTRUNCATE\\b", "the rows may be in use"));

  private static final Pattern ADDED_COLUMN =
      Pattern.compile(
          "\\bADD\\s+(COLUMN\\s+)?(IF\\s+NOT\\s+EXISTS\\s+)?"
              + "(?!(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\\b)\\w+\\s+([^,(]|\\([^)]*\\))*",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NOT_NULL =
      Pattern.compile("\\bNOT\\s+NULL\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern FILLED =
      Pattern.compile("\\b(DEFAULT|GENERATED)\\b", Pattern.CASE_INSENSITIVE);

  /** In one pass: a comment may hold a quote, and a text may hold what looks like a comment. */
  private static final Pattern NO_CODE =
      Pattern.compile("(?s)--[^\n]*+|/\\*.*?\\*/|'[^']*+'|\\$(\\w*)\\$.*?\\$\\1\\$");

  private static final Pattern ALTER_TABLE =
      Pattern.compile("^\\s*ALTER\\s+TABLE\\b", Pattern.CASE_INSENSITIVE);

  private MigrationRules() {}

  /** One line for each thing that the previous release would not survive; none is good. */
  static List<String> complaints(String sql) {
    if (CONTRACT.matcher(sql).find()) {
      return List.of();
    }
    List<String> complaints = new ArrayList<>();
    for (String statement : statements(sql)) {
      for (Rule rule : RULES) {
        if (rule.statement().matcher(statement).find()) {
          complaints.add(rule.why() + ": " + shortened(statement));
        }
      }
      if (ALTER_TABLE.matcher(statement).find()
          && ADDED_COLUMN
              .matcher(statement)
              .results()
              .map(java.util.regex.MatchResult::group)
              .anyMatch(MigrationRules::mustBeGiven)) {
        complaints.add(
            "the previous release inserts rows without the new column: " + shortened(statement));
      }
    }
    return complaints;
  }

  private static boolean mustBeGiven(String column) {
    return NOT_NULL.matcher(column).find() && !FILLED.matcher(column).find();
  }

  /** Without comments, and without what is quoted: bodies of functions, and texts. */
  private static List<String> statements(String sql) {
    String bare =
        NO_CODE
            .matcher(sql)
            .replaceAll(
                found ->
                    found.group().startsWith("-") || found.group().startsWith("/") ? " " : "''");
    List<String> statements = new ArrayList<>();
    for (String statement : bare.split(";", -1)) {
      if (!statement.isBlank()) {
        statements.add(statement.replaceAll("\\s+", " ").strip());
      }
    }
    return statements;
  }

  private static String shortened(String statement) {
    return String.format(Locale.ROOT, "%.100s", statement);
  }
}
