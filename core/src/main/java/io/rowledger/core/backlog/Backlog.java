package io.rowledger.core.backlog;

/**
 * What waits at one moment, in the whole installation. Ages are in seconds, 0 when nothing waits.
 *
 * @param claimable jobs that a free slot would take now
 * @param oldestClaimable how long the one of them that waits longest has waited
 * @param leased jobs that a worker has
 * @param paused jobs that their owner has stopped for a while
 * @param events in the outbox
 * @param oldestEvent since when the oldest event waits to be sent
 * @param deadEvents that Kafka refused for what they are, and nobody has seen to
 * @param dueDeliveries to webhooks that should be under way
 * @param oldestDueDelivery how long the one of them that is due longest is late
 */
public record Backlog(
    long claimable,
    double oldestClaimable,
    long leased,
    long paused,
    long events,
    double oldestEvent,
    long deadEvents,
    long dueDeliveries,
    double oldestDueDelivery) {}
