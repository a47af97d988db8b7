package io.rowledger.api.rows;

import io.rowledger.core.job.Counts;
import io.rowledger.core.job.RowResult;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of a row. */
public enum RowOutcome {
  SUCCEEDED,
  FAILED,
  SKIPPED,
  UNPROCESSED;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * How many rows of a job, counted from the first of its first file, were written or looked at in
   * order to be written. Rows are processed in order, so it is a beginning of the upload; a job
   * that only checked its rows, or undid its work, has none, whatever it found.
   */
  static int processed(Counts counts) {
    return counts.succeeded() == 0 ? 0 : counts.succeeded() + counts.failed() + counts.skipped();
  }

  /**
   * The outcome of one row.
   *
   * @param position of the row in the upload, from 0
   * @param processed see {@link #processed}
   * @param result failure or skip; null when the row has neither
   */
  static RowOutcome of(int position, int processed, @Nullable RowResult result) {
    if (result != null) {
      return result.failed() ? FAILED : SKIPPED;
    }
    return position < processed ? SUCCEEDED : UNPROCESSED;
  }
}
