package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** Measures rows against {@link RowSource#MAX_ROW_BYTES}. */
final class RowSize {

  private RowSize() {}

  /** Bytes of the cells in UTF-8, one more for each cell's delimiter. */
  static long bytes(@Nullable String[] cells) {
    long bytes = cells.length;
    for (String cell : cells) {
      if (cell != null) {
        bytes += utf8Length(cell);
      }
    }
    return bytes;
  }

  static ProblemException tooLarge(long line) {
    return new ProblemException(
        Problem.ROW_TOO_LARGE,
        ("The row that starts at line %d is over 256 KiB. If it should not be, look for a quote that"
                + " is opened and never closed, or for missing line breaks.")
            .formatted(line));
  }

  static ProblemException sheetRowTooLarge(int row) {
    return new ProblemException(
        Problem.ROW_TOO_LARGE, "Row %d of the sheet is over 256 KiB.".formatted(row));
  }

  private static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Half of a surrogate pair: two times two bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
