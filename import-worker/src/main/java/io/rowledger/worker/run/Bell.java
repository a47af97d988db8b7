package io.rowledger.worker.run;

import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Wakes every free slot. Ringing while nobody listens is remembered, ringing twice is ringing once.
 */
@Singleton
class Bell {

  private long rings;

  synchronized void ring() {
    rings++;
    notifyAll();
  }

  synchronized long rings() {
    return rings;
  }

  /** Returns when the bell rang since {@code seen}, or after {@code most}. */
  synchronized void await(long seen, Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    while (rings == seen) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }
}
