package io.rowledger.core.job;

import io.rowledger.core.tenant.OrgId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as the worker that claimed it sees it.
 *
 * @param nextChunk first chunk of the current phase that is not done
 * @param found failures found so far (phase {@link JobPhase#VALIDATING})
 */
public record ClaimedJob(
    Lease lease,
    OrgId organization,
    UUID uploadId,
    JobKind kind,
    JobPhase phase,
    ErrorHandling errorHandling,
    int totalItems,
    int chunkCount,
    int nextChunk,
    Counts counts,
    String options,
    @Nullable String mapping,
    Instant acceptedAt) {

  public JobId id() {
    return lease.jobId();
  }
}
