package io.rowledger.api.webhook;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as its organisation sees it, without its secret.
 *
 * @param eventTypes empty = all
 * @param previousUntil how long the secret before this one signs too, null when it does not
 * @param disabledReason {@code MANUAL} or {@code GONE}; null while it is enabled
 */
record Webhook(
    UUID id,
    String url,
    List<String> eventTypes,
    @Nullable Instant previousUntil,
    @Nullable Instant disabledAt,
    @Nullable String disabledReason,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {}
