package io.rowledger.core.mapping;

import java.util.ArrayList;
import java.util.List;

/**
 * A compiled template: text, a column's name in braces, and <code>#row</code> in braces; a doubled
 * brace stands for the brace itself.
 */
record Template(List<Part> parts) {

  /** A piece of a template. */
  sealed interface Part {}

  record Literal(String text) implements Part {}

  record ColumnPart(String name) implements Part {}

  /** The number of the row, or what its {@code _row} column says. */
  record RowNumber() implements Part {}

  Template {
    parts = List.copyOf(parts);
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException with a message for the caller
   */
  static Template compile(String text) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if ((c == '{' || c == '}') && i + 1 < text.length() && text.charAt(i + 1) == c) {
        literal.append(c);
        i += 2;
      } else if (c == '{') {
        int end = text.indexOf('}', i);
        if (end < 0) {
          throw new IllegalArgumentException("a { has no matching }");
        }
        flush(literal, parts);
        parts.add(reference(text.substring(i + 1, end)));
        i = end + 1;
      } else if (c == '}') {
        throw new IllegalArgumentException("a } has no matching {; write }} for the sign itself");
      } else {
        literal.append(c);
        i++;
      }
    }
    flush(literal, parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    return new Template(parts);
  }

  private static void flush(StringBuilder literal, List<Part> parts) {
    if (literal.length() > 0) {
      parts.add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private static Part reference(String name) {
    if (name.equals("#row")) {
      return new RowNumber();
    }
    if (name.isBlank() || name.startsWith("#")) {
      throw new IllegalArgumentException("{" + name + "} is neither a column nor {#row}");
    }
    return new ColumnPart(name);
  }
}
