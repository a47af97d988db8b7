/** Tickets that wake workers and the outbox that tells the world what happened to a job. */
@NullMarked
package io.rowledger.core.messaging;

import org.jspecify.annotations.NullMarked;
