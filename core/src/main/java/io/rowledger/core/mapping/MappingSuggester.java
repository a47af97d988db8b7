package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.StorableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proposes a mapping for a file nobody has described: by the names of its columns, and by what
 * their cells look like. The same file always gets the same answer.
 */
public final class MappingSuggester {

  /** Rows beyond these tell nothing new. */
  public static final int SAMPLE_ROWS = 500;

  private static final int MAX_CELL = 200;
  private static final Set<String> TIME_COLUMNS =
      Set.of("time", "hour", "hora", "horario", "timeofday", "horaoperacion", "horaoperacao");

  private final MappingTarget target;
  private final FieldCatalog catalog;
  private final List<String> columns;
  private final List<ColumnContent> contents = new ArrayList<>();
  private final boolean commaFirst;
  private final List<String> warnings = new ArrayList<>();

  private MappingSuggester(
      MappingTarget target,
      List<String> columns,
      List<RawRow> sample,
      CellFormat format,
      boolean commaFirst) {
    this.target = target;
    this.catalog = FieldCatalog.of(target);
    // What has no name, or none that can be stored, cannot be mapped.
    this.columns =
        columns.stream()
            .map(name -> StorableText.isStorable(name) && !name.isBlank() ? name : "")
            .toList();
    this.commaFirst = commaFirst;
    for (int column = 0; column < columns.size(); column++) {
      contents.add(content(sample, column, format));
    }
  }

  /**
   * Proposes a mapping.
   *
   * @param columns of the file, in order
   * @param sample its first rows, at most {@link #SAMPLE_ROWS} are looked at
   * @param commaFirst whether "1,234" rather is one and a bit than one thousand; files that are
   *     delimited by semicolons come from countries where it is
   */
  public static MappingSuggestion suggest(
      MappingTarget target,
      List<String> columns,
      List<RawRow> sample,
      CellFormat format,
      boolean commaFirst) {
    return new MappingSuggester(target, columns, sample, format, commaFirst).suggest();
  }

  private MappingSuggestion suggest() {
    List<SuggestedColumn> found =
        new ArrayList<>(new ColumnMatches(target, columns, contents).find());
    ObjectNode mapping = JsonNodeFactory.instance.objectNode();
    mapping.put("version", 2);
    mapping.put("unknownColumns", UnknownColumns.WARN.wireName());
    ObjectNode fields = mapping.putObject("fields");
    List<SuggestedColumn> matched = List.copyOf(found);
    for (int column = 0; column < columns.size(); column++) {
      String field = matched.get(column).field();
      if (field != null) {
        rule(fields.putObject(field), column, field, found);
      }
    }
    return new MappingSuggestion(mapping, found, missing(fields), warnings);
  }

  private void rule(ObjectNode rule, int column, String path, List<SuggestedColumn> found) {
    TargetPath place = catalog.resolve(path);
    Field leaf = place == null || !place.declared() ? null : place.leaf();
    FieldType type = leaf == null ? FieldType.TEXT : leaf.type();
    rule.put("column", columns.get(column));
    switch (type) {
      case DECIMAL -> decimal(rule, column);
      case INSTANT -> instant(rule, column, path, found);
      case DATE -> day(rule, column);
      case CHOICE -> choice(column, leaf);
      default -> {
        // Read as it is.
      }
    }
  }

  private void decimal(ObjectNode rule, int column) {
    ColumnContent content = contents.get(column);
    DecimalSyntax syntax = content.decimal(commaFirst);
    if (syntax == null) {
      warnings.add(
          "Column \"%s\" does not look like decimal numbers.".formatted(columns.get(column)));
    } else if (syntax.equals(DecimalSyntax.COMMA) || syntax.equals(DecimalSyntax.POINT)) {
      rule.put("decimal", String.valueOf(syntax.decimal()));
      if (content.isDecimalAmbiguous()) {
        warnings.add(
            "Column \"%s\": the sign \"%s\" is taken for the decimal sign; check it."
                .formatted(columns.get(column), syntax.decimal()));
      }
    }
  }

  private void instant(ObjectNode rule, int column, String path, List<SuggestedColumn> found) {
    ColumnContent content = contents.get(column);
    String format = day(rule, column);
    int time = content.isDaysOnly() && !content.isEmpty() ? timeColumn(found) : -1;
    if (time >= 0) {
      rule.remove("column");
      rule.putArray("columns").add(columns.get(column)).add(columns.get(time));
      rule.put("join", " ");
      if (format != null) {
        boolean seconds = contents.get(time).values().get(0).length() > 5;
        rule.put("format", format + (seconds ? " HH:mm:ss" : " HH:mm"));
      }
      found.set(
          time,
          new SuggestedColumn(
              columns.get(time),
              path,
              found.get(column).confidence(),
              SuggestedColumn.Reason.ALIAS));
    }
    if (!content.isEmpty() && !content.hasOffsets() && (time >= 0 || !content.isDaysOnly())) {
      warnings.add(
          "Column \"%s\" says no time zone; without a zone in the rule it is read as UTC."
              .formatted(columns.get(column)));
    }
  }

  // A column of times beside one of days, unless it is something else already.
  private int timeColumn(List<SuggestedColumn> found) {
    for (int column = 0; column < columns.size(); column++) {
      if (found.get(column).field() == null
          && TIME_COLUMNS.contains(String.join("", FieldAliases.words(columns.get(column))))
          && contents.get(column).isTimeOfDay()) {
        return column;
      }
    }
    return -1;
  }

  /** Adds the format, null for ISO 8601 and for what cannot be read. */
  private @Nullable String day(ObjectNode rule, int column) {
    ColumnContent content = contents.get(column);
    if (content.isIso()) {
      return null;
    }
    String format = content.dayFormat();
    if (format == null) {
      warnings.add(
          "Column \"%s\" does not look like dates; give its format in the rule."
              .formatted(columns.get(column)));
      return null;
    }
    rule.put("format", format);
    if (content.isDayAmbiguous(format)) {
      warnings.add(
          "Column \"%s\": the day is taken to come before the month; check it."
              .formatted(columns.get(column)));
    }
    return format;
  }

  private void choice(int column, Field field) {
    if (!contents.get(column).holdsOnly(field)) {
      warnings.add(
          "Column \"%s\" has values that %s does not know; list them under values, or give a default."
              .formatted(columns.get(column), field.name()));
    }
  }

  private List<String> missing(ObjectNode fields) {
    List<String> missing = new ArrayList<>();
    for (Field field : catalog.fields()) {
      // Not in the row alone: a mode, a default or the request may do without them.
      boolean usual =
          target.isEntity() && (field.name().equals("name") || field.name().equals("countryCode"));
      boolean said = ColumnMatches.isSaidBy(target, field);
      if ((field.required() || usual) && !said && !fields.has(field.name())) {
        missing.add(field.name());
      }
    }
    return missing;
  }

  private static ColumnContent content(List<RawRow> sample, int column, CellFormat format) {
    List<String> values = new ArrayList<>();
    for (RawRow row : sample.subList(0, Math.min(sample.size(), SAMPLE_ROWS))) {
      String cell = row.malformed() == null ? row.cell(column) : null;
      if (cell != null && !cell.isBlank()) {
        String text = cell.strip();
        values.add(text.length() <= MAX_CELL ? text : text.substring(0, MAX_CELL));
      }
    }
    return new ColumnContent(values, format);
  }
}
