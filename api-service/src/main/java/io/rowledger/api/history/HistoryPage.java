package io.rowledger.api.history;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.wire.PageSize;
import io.rowledger.api.wire.PageToken;
import io.rowledger.core.job.JobFilter;
import io.rowledger.core.job.JobHistoryRepository.Place;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One page of the history. Its token is a place in the list, so that jobs which come meanwhile
 * neither move nor double the rest, and it knows its filters: with others it would lead to a place
 * that means nothing.
 *
 * @param after null for the first page
 */
record HistoryPage(int size, JobFilter filter, @Nullable Place after) {

  private static final int DEFAULT_SIZE = 50;
  private static final int MAX_SIZE = 200;

  /** Time in microseconds, id, and the beginning of the filters' digest. */
  private static final int TOKEN_BYTES = 4 * Long.BYTES;

  /**
   * Reads the two query parameters; null means that the parameter was not sent.
   *
   * @throws ProblemException when one of them cannot be read, or the token is of other filters
   */
  static HistoryPage of(@Nullable String pageSize, @Nullable String pageToken, JobFilter filter) {
    int size = PageSize.of(pageSize, DEFAULT_SIZE, MAX_SIZE);
    return new HistoryPage(size, filter, pageToken == null ? null : place(pageToken, filter));
  }

  /** The token of the page behind this one, which ends with that job. */
  String token(JobView last) {
    return PageToken.write(
        ByteBuffer.allocate(TOKEN_BYTES)
            .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, last.createdAt()))
            .putLong(last.id().value().getMostSignificantBits())
            .putLong(last.id().value().getLeastSignificantBits())
            .putLong(digest(filter)));
  }

  private static Place place(String token, JobFilter filter) {
    ByteBuffer bytes = PageToken.read(token, TOKEN_BYTES);
    long micros = bytes.getLong();
    JobId id = new JobId(new UUID(bytes.getLong(), bytes.getLong()));
    // No job is older than the epoch, and some negative numbers are no times of PostgreSQL.
    if (bytes.getLong() != digest(filter) || micros < 0) {
      throw PageToken.invalid();
    }
    return new Place(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), id);
  }

  private static long digest(JobFilter filter) {
    try {
      byte[] text = filter.toString().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
