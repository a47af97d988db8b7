package io.rowledger.benchmark.peer;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the published API says of a job; ours says more. Left to Jackson to write. */
public record StoredJob(
    UUID jobId,
    String kind,
    String status,
    int totalItems,
    int succeeded,
    int failed,
    int skipped,
    @Nullable OffsetDateTime heartbeatAt,
    @Nullable OffsetDateTime leaseExpiresAt,
    @Nullable String workerError,
    OffsetDateTime createdAt,
    @Nullable OffsetDateTime completedAt,
    @JsonRawValue String metadata) {}
