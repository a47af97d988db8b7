package io.rowledger.api.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that this process is to try now.
 *
 * @param attempt the number of this try, from 1; whoever writes how it went names it, so that a try
 *     that took too long and was begun again elsewhere changes nothing
 * @param sequence as {@code ce_sequence} on the topic, null for a test event
 * @param endpoint null when it was disabled or deleted
 */
record ClaimedDelivery(
    UUID webhookId,
    UUID eventId,
    int attempt,
    @Nullable Long sequence,
    String eventType,
    String data,
    Instant occurredAt,
    @Nullable Endpoint endpoint) {

  /**
   * Where to, and signed with what.
   *
   * @param previousSecret null when it no longer signs
   */
  record Endpoint(String url, SealedSecret secret, @Nullable SealedSecret previousSecret) {}
}
