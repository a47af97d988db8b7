package io.rowledger.api.wire;

import io.rowledger.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** The query parameter {@code pageSize}. */
public final class PageSize {

  private PageSize() {}

  /**
   * Reads it.
   *
   * @param text null when it was not sent
   * @throws ProblemException when it is no number from 1 to {@code most}
   */
  public static int of(@Nullable String text, int usual, int most) {
    if (text == null) {
      return usual;
    }
    try {
      int size = Integer.parseInt(text);
      if (size >= 1 && size <= most) {
        return size;
      }
    } catch (NumberFormatException e) {
      // The same answer as a number out of range.
    }
    throw ProblemException.invalid("pageSize", "must be a number from 1 to " + most);
  }
}
