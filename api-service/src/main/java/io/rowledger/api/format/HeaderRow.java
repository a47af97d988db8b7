package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The header's rules: names that can be told apart, in a file that is text. */
final class HeaderRow {

  private HeaderRow() {}

  /**
   * The column names, without white space around them; the empty string for a column without a
   * name.
   *
   * @param place where the header stands, such as {@code line 1}
   */
  static List<String> columns(RawRow header, String place) {
    List<String> names = new ArrayList<>(header.cells().size());
    for (String cell : header.cells()) {
      names.add(cell == null ? "" : trimmed(cell));
    }
    refuseControlCharacters(names, place);
    if (names.size() > RowSource.MAX_COLUMNS) {
      throw new ProblemException(
          Problem.VALIDATION_ERROR,
          "The file has %d columns; at most %d can be read."
              .formatted(names.size(), RowSource.MAX_COLUMNS));
    }
    if (names.stream().allMatch(String::isEmpty)) {
      throw new ProblemException(
          Problem.UNREADABLE_FILE,
          "The header in %s has no column name. The first line must name the columns."
              .formatted(place));
    }
    refuseDuplicates(names);
    return List.copyOf(names);
  }

  // Columns copied from web pages and files put together bring blanks that strip() leaves alone:
  // the no-break space, marks of byte order, spaces without width.
  private static String trimmed(String name) {
    int start = 0;
    int end = name.length();
    while (start < end && isNothing(name.charAt(start))) {
      start++;
    }
    while (end > start && isNothing(name.charAt(end - 1))) {
      end--;
    }
    return name.substring(start, end);
  }

  private static boolean isNothing(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || c == '\u200B'
        || c == '\u2060'
        || c == '\uFEFF';
  }

  /** Says which columns cannot be mapped because they have no name. */
  static List<String> warnings(List<String> columns) {
    List<Integer> unnamed = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).isEmpty()) {
        unnamed.add(i + 1);
      }
    }
    return unnamed.isEmpty()
        ? List.of()
        : List.of("Columns without a name are ignored: position %s.".formatted(join(unnamed)));
  }

  private static void refuseControlCharacters(List<String> names, String place) {
    for (String name : names) {
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        if (c == 0) {
          throw new ProblemException(
              Problem.UNREADABLE_FILE,
              ("The header in %s holds NUL characters: this is a binary file, or UTF-16 text"
                      + " without a byte order mark. Save it as CSV in UTF-8, or send charset"
                      + " (UTF-16LE, UTF-16BE).")
                  .formatted(place));
        }
        if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
          throw new ProblemException(
              Problem.UNREADABLE_FILE,
              ("The header in %s holds control characters: this looks like a binary file. Save"
                      + " the data as CSV in UTF-8.")
                  .formatted(place));
        }
      }
    }
  }

  private static void refuseDuplicates(List<String> names) {
    Map<String, List<Integer>> positions = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isEmpty()) {
        positions.computeIfAbsent(names.get(i), name -> new ArrayList<>()).add(i + 1);
      }
    }
    List<ProblemException.Detail> duplicates = new ArrayList<>();
    positions.forEach(
        (name, at) -> {
          if (at.size() > 1) {
            duplicates.add(
                new ProblemException.Detail(
                    name, "%s is the name of columns %s.".formatted(name, join(at))));
          }
        });
    if (!duplicates.isEmpty()) {
      String all =
          duplicates.stream()
              .map(ProblemException.Detail::message)
              .collect(Collectors.joining(" "));
      throw new ProblemException(
          Problem.DUPLICATE_HEADER, all + " Give each column its own name.", duplicates);
    }
  }

  private static String join(List<Integer> positions) {
    return positions.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
