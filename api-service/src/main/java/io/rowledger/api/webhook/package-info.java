/**
 * Tells organisations over HTTP what happens to their jobs, signed as Standard Webhooks 1.0 asks.
 * What is to be sent is written together with the event (core.event); here it is sent.
 */
@NullMarked
package io.rowledger.api.webhook;

import org.jspecify.annotations.NullMarked;
