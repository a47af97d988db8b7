package io.rowledger.api.failures;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.wire.PageSize;
import io.rowledger.api.wire.PageToken;
import io.rowledger.core.job.JobId;
import io.rowledger.core.row.RowRef;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One page of failures and, of an entities job, of skips: one token leads through both lists, and
 * the shorter one is empty when it has ended.
 *
 * @param size most items of each list
 */
record FailuresPage(int size, RowRef failuresAfter, RowRef skipsAfter) {

  /** What a caller gets who asks for no size. Fixed by contract. */
  static final int DEFAULT_SIZE = 500;

  static final int MAX_SIZE = 5_000;

  private static final RowRef START = new RowRef(0, 0);

  static final FailuresPage FIRST = new FailuresPage(DEFAULT_SIZE, START, START);

  private static final int TOKEN_BYTES = 2 * Long.BYTES + 4 * Integer.BYTES;

  /**
   * Reads the two query parameters; null means that the parameter was not sent.
   *
   * @throws ProblemException when one of them cannot be read, or the token is of another job
   */
  static FailuresPage of(@Nullable String pageSize, @Nullable String pageToken, JobId job) {
    int size = PageSize.of(pageSize, DEFAULT_SIZE, MAX_SIZE);
    if (pageToken == null) {
      return new FailuresPage(size, START, START);
    }
    ByteBuffer bytes = PageToken.read(pageToken, TOKEN_BYTES);
    if (!job.value().equals(new UUID(bytes.getLong(), bytes.getLong()))) {
      throw PageToken.invalid();
    }
    return new FailuresPage(size, row(bytes), row(bytes));
  }

  /** The token of the page behind this one, which ends at these rows. */
  static String token(JobId job, RowRef lastFailure, RowRef lastSkip) {
    return PageToken.write(
        ByteBuffer.allocate(TOKEN_BYTES)
            .putLong(job.value().getMostSignificantBits())
            .putLong(job.value().getLeastSignificantBits())
            .putInt(lastFailure.fileNumber())
            .putInt(lastFailure.rowNumber())
            .putInt(lastSkip.fileNumber())
            .putInt(lastSkip.rowNumber()));
  }

  private static RowRef row(ByteBuffer bytes) {
    return new RowRef(bytes.getInt(), bytes.getInt());
  }
}
