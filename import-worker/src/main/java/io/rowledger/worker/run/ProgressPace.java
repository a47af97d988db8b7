package io.rowledger.worker.run;

import java.time.Duration;
import java.util.function.LongSupplier;

/** At most one progress event in a while, and none in the first: most jobs have ended by then. */
final class ProgressPace {

  private final long every;
  private final LongSupplier nanoTime;
  private long last;

  ProgressPace(Duration every, LongSupplier nanoTime) {
    this.every = every.toNanos();
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /** True when an event may be sent, which then counts as sent. */
  boolean isDue() {
    long now = nanoTime.getAsLong();
    if (now - last < every) {
      return false;
    }
    last = now;
    return true;
  }
}
