package io.rowledger.core.row;

import org.jspecify.annotations.Nullable;

/**
 * Why one row was refused or skipped.
 *
 * @param message one sentence (or several, one per problem of the row) that says what is wrong and
 *     what is expected
 * @param column the caller's column, or the field when no column fed it; null when the whole row is
 *     meant
 * @param value the cell's text, at most 200 characters; null when there is none
 */
public record RowProblem(
    RowCode code, String message, @Nullable String column, @Nullable String value) {

  /** Longest stored cell value, in UTF-16 units (contract section 6). */
  public static final int MAX_VALUE = 200;

  public RowProblem {
    value = value == null || value.length() <= MAX_VALUE ? value : truncate(value);
  }

  public static RowProblem of(RowCode code, String message) {
    return new RowProblem(code, message, null, null);
  }

  // Never cuts a surrogate pair in two: PostgreSQL refuses half a character.
  private static String truncate(String text) {
    int end = Character.isHighSurrogate(text.charAt(MAX_VALUE - 1)) ? MAX_VALUE - 1 : MAX_VALUE;
    return text.substring(0, end);
  }
}
