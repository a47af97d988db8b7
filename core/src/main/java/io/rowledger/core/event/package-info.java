/**
 * Tells the world what happened to a job: events are written to the outbox in the transaction that
 * causes them, and relayed to Kafka afterwards, at least once.
 */
@NullMarked
package io.rowledger.core.event;

import org.jspecify.annotations.NullMarked;
