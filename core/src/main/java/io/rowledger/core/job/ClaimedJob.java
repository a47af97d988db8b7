package io.rowledger.core.job;

import io.rowledger.core.tenant.OrgId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as the worker that claimed it sees it.
 *
 * @param nextChunk first chunk of the current phase that is not done
 * @param counts of the chunks done so far, by whichever worker
 * @param acceptedAt when the upload was accepted; the default of what a row may leave out
 * @param dryRun every check is done and nothing is written but the job
 * @param traceparent the trace of the request that made the job; null when it was not traced
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
    String mapping,
    Instant acceptedAt,
    boolean dryRun,
    @Nullable String traceparent) {

  public JobId id() {
    return lease.jobId();
  }
}
