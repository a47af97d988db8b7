package io.rowledger.core.job;

import io.rowledger.core.tenant.OrgId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job to be queued.
 *
 * @param options JSON: the options of the kind
 * @param mapping JSON: the mapping as it was when accepted
 * @param metadata JSON object shown to callers; no cell values, no e-mail addresses
 * @param createdBy key name or token subject
 * @param dryRun nothing is written but the job
 * @param label the caller's own word for it
 */
public record NewJob(
    JobId id,
    OrgId organization,
    UUID uploadId,
    JobKind kind,
    int totalItems,
    int chunkCount,
    ErrorHandling errorHandling,
    String options,
    String mapping,
    String metadata,
    int codecVersion,
    String createdBy,
    boolean dryRun,
    @Nullable String label,
    Lineage lineage) {}
