package io.rowledger.core.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a job is and how long it may still take (contract section 4).
 *
 * <p>Everything comes from what the row stores, nothing from the moment of reading: two readings of
 * an unchanged row must be the same bytes, or no client could ever be told that nothing changed.
 *
 * @param percent of the whole job, rounded down; below 100 until it has ended. A job that checks
 *     every row before it writes any is half done when all are checked. Once it has ended: the rows
 *     that have an outcome
 * @param rowsPerSecond measured since the current worker took over the current phase; of a job that
 *     has ended, over all its time. Null while nothing was measured
 * @param etaSeconds until the job ends, at the measured rate. Rows that are checked first are
 *     counted twice, because writing them takes at least as long. Null while there is no rate, 0
 *     when the job has ended
 */
public record JobProgress(int percent, @Nullable Double rowsPerSecond, @Nullable Long etaSeconds) {

  private static final int MOST_WHILE_OPEN = 99;

  public static JobProgress of(JobView job) {
    if (job.status().terminal()) {
      Double rate = rate(done(job), job.startedAt(), job.completedAt());
      return new JobProgress(share(100, done(job), job.totalItems()), rate, 0L);
    }
    Double rate = currentRate(job);
    return new JobProgress(
        Math.min(MOST_WHILE_OPEN, openPercent(job)), rate, rate == null ? null : eta(job, rate));
  }

  private static int openPercent(JobView job) {
    boolean checksFirst = job.errorHandling() != ErrorHandling.CONTINUE_COLLECT_ERRORS;
    return switch (job.storedPhase()) {
      case QUEUED, DONE -> 0;
      case VALIDATING -> share(50, job.nextChunk(), job.chunkCount());
      // One transaction: until it commits nothing of it is done.
      case APPLYING -> 50;
      case PROCESSING ->
          checksFirst
              ? 50 + share(50, done(job), job.totalItems())
              : share(100, done(job), job.totalItems());
    };
  }

  private static @Nullable Double currentRate(JobView job) {
    int chunks = job.nextChunk() - job.measuredFromChunk();
    return job.leased() && chunks > 0
        ? rate(rowsOf(chunks, job), job.measuredFrom(), job.heartbeatAt())
        : null;
  }

  private static long eta(JobView job, double rate) {
    long rows =
        switch (job.storedPhase()) {
          case VALIDATING -> 2L * job.totalItems() - rowsOf(job.nextChunk(), job);
          default -> job.unprocessed();
        };
    return (long) Math.ceil(rows / rate);
  }

  /** Rows per second with one decimal; null when there were none or no time passed. */
  private static @Nullable Double rate(long rows, @Nullable Instant from, @Nullable Instant to) {
    if (rows <= 0 || from == null || to == null || !from.isBefore(to)) {
      return null;
    }
    double seconds = Duration.between(from, to).toNanos() / 1e9;
    double rate = Math.round(10 * rows / seconds) / 10.0;
    // Less than a row in twenty seconds: no rate that anything could be told from.
    return rate > 0 ? rate : null;
  }

  /** About that many: all chunks but the last of a file are of one size, roughly. */
  private static long rowsOf(int chunks, JobView job) {
    return (long) chunks * job.totalItems() / job.chunkCount();
  }

  private static int done(JobView job) {
    return job.totalItems() - job.unprocessed();
  }

  private static int share(int percent, int part, int whole) {
    return (int) ((long) percent * part / whole);
  }
}
