/** What metrics and traces of requests may say, and what they may not. */
@NullMarked
package io.rowledger.api.telemetry;

import org.jspecify.annotations.NullMarked;
