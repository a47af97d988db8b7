package io.rowledger.worker.run;

import io.rowledger.core.job.Lease;
import java.time.Duration;

/**
 * A lease this process believes to hold, shared between its runner and the heartbeat. The runner
 * passes marks; a heartbeat without marks would keep a stuck job for ever.
 */
final class Holding {

  private final Lease lease;
  private final Runnable whenStuck;
  private volatile long lastMark = System.nanoTime();
  private volatile boolean lost;
  private volatile boolean givenUp;

  /**
   * Holds a lease.
   *
   * @param whenStuck told once, by the heartbeat, that the runner has not moved for too long
   */
  Holding(Lease lease, Runnable whenStuck) {
    this.lease = lease;
    this.whenStuck = whenStuck;
  }

  Lease lease() {
    return lease;
  }

  /** Says that the runner got on. */
  void mark() {
    lastMark = System.nanoTime();
  }

  boolean stuckFor(Duration limit) {
    return System.nanoTime() - lastMark > limit.toNanos();
  }

  boolean givenUp() {
    return givenUp;
  }

  void lose() {
    lost = true;
  }

  /** The runner is given up: should it wake up, it finds the lease lost. */
  void giveUp() {
    givenUp = true;
    lost = true;
    whenStuck.run();
  }

  /** Fails early; what really protects the rows is the guard in the database. */
  void check() {
    if (lost) {
      throw new LeaseLostException(lease);
    }
  }
}
