package io.rowledger.core.job;

import io.rowledger.core.tenant.OrgId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A job as one row of {@code import_job} says it is.
 *
 * @param metadata JSON object, without any cell value
 * @param asOf the database's time when the row was read; ages are measured against it
 * @param retriedBy the newest retry of this job
 * @param afterStatus the status of the job this one waits for
 * @param pausedAt null while the job is not paused
 * @param rowsExpireAt when the rows can no longer be read
 * @param measuredFrom since when the current worker works on the current phase; with {@code
 *     measuredFromChunk}, the first chunk it had to do, it gives the rate
 * @param outOfTurn see {@link WaitReason#TENANT_SHARE}; false while it does not wait
 */
public record JobView(
    JobId id,
    OrgId organization,
    JobKind kind,
    JobStatus status,
    JobPhase storedPhase,
    int totalItems,
    Counts counts,
    boolean leased,
    @Nullable Instant heartbeatAt,
    @Nullable Instant leaseExpiresAt,
    @Nullable Instant notBefore,
    int attempt,
    String metadata,
    String createdBy,
    @Nullable String cancelledBy,
    @Nullable String failureCode,
    @Nullable String failureMessage,
    @Nullable String workerError,
    Instant createdAt,
    @Nullable Instant startedAt,
    Instant updatedAt,
    @Nullable Instant completedAt,
    Instant asOf,
    boolean dryRun,
    @Nullable String label,
    Lineage lineage,
    @Nullable JobId retriedBy,
    @Nullable JobStatus afterStatus,
    @Nullable Instant pausedAt,
    @Nullable String storedWaitReason,
    @Nullable Instant rowsExpireAt,
    int nextChunk,
    int chunkCount,
    @Nullable Instant measuredFrom,
    int measuredFromChunk,
    ErrorHandling errorHandling,
    boolean outOfTurn) {

  public int unprocessed() {
    return totalItems - counts.succeeded() - counts.failed() - counts.skipped();
  }

  /** The phase as contract section 4 names it: a started job that nobody holds is waiting. */
  public String phase() {
    if (pausedAt != null) {
      return "paused";
    }
    return status == JobStatus.RUNNING && !leased ? "waiting" : storedPhase.wireName();
  }

  /** How it went; null until terminal. */
  public @Nullable String outcome() {
    if (!status.terminal()) {
      return null;
    }
    if (counts.succeeded() == 0) {
      return "none";
    }
    return counts.succeeded() == totalItems ? "all_succeeded" : "partial";
  }

  /** Why nobody works on it; null while somebody does, or when it has ended. */
  public @Nullable String waitReason() {
    return status.terminal() || leased ? null : whyItWaits().wireName();
  }

  private WaitReason whyItWaits() {
    if (pausedAt != null) {
      return WaitReason.PAUSED;
    }
    if (lineage.after() != null && afterStatus != JobStatus.COMPLETED) {
      return WaitReason.DEPENDENCY;
    }
    if (notBefore != null && notBefore.isAfter(asOf)) {
      return storedWaitReason == null
          ? WaitReason.RETRY_BACKOFF
          : WaitReason.ofWireName(storedWaitReason);
    }
    return outOfTurn ? WaitReason.TENANT_SHARE : WaitReason.SLOTS;
  }

  /** The lease has run out and nobody has taken the job over yet. */
  public boolean stale() {
    return leaseExpiresAt != null && leaseExpiresAt.isBefore(asOf);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(kind.wireName().toLowerCase(Locale.ROOT), id, status.wireName());
  }
}
