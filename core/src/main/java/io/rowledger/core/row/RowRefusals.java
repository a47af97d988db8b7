package io.rowledger.core.row;

import org.jspecify.annotations.Nullable;

/** The refusals that every kind of row shares. Whatever they carry can be stored. */
public final class RowRefusals {

  /** Longest key a refusal carries, in UTF-16 units. */
  public static final int MAX_KEY = 256;

  private RowRefusals() {}

  /** The source could not read the row as a row. */
  public static <R> Checked<R> malformed(String why) {
    return new Checked.Refused<>(
        null, null, RowProblem.of(RowCode.MALFORMED_ROW, StorableText.repaired(why)));
  }

  /**
   * The row broke a rule.
   *
   * @param rowKey as the row has it; shortened and repaired here
   * @param problem null would be a rule that refuses without a word: reported as such, not thrown
   */
  public static <R> Checked<R> invalid(
      @Nullable String rowKey, @Nullable String entityType, @Nullable RowProblem problem) {
    return new Checked.Refused<>(
        rowKey == null ? null : key(rowKey),
        entityType,
        problem == null
            ? RowProblem.of(RowCode.VALIDATION_ERROR, "The row is not valid.")
            : problem);
  }

  private static String key(String text) {
    // Cut first: repairing mends a surrogate pair that the cut split.
    return StorableText.repaired(text.length() <= MAX_KEY ? text : text.substring(0, MAX_KEY));
  }
}
