package io.rowledger.api.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to an endpoint, as the delivery log shows it.
 *
 * @param eventId {@code webhook-id} of every try
 * @param jobId null for a test event
 * @param state pending, delivered or failed
 * @param nextAttemptAt null when there is none
 */
record Delivery(
    UUID eventId,
    @Nullable UUID jobId,
    String eventType,
    String state,
    int attempts,
    Instant occurredAt,
    @Nullable Instant nextAttemptAt,
    @Nullable Instant lastAttemptAt,
    @Nullable Integer lastStatus,
    @Nullable String lastError,
    @Nullable Integer responseMillis,
    @Nullable Instant completedAt) {}
