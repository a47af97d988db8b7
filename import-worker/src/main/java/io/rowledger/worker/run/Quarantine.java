package io.rowledger.worker.run;

import io.rowledger.core.job.JobId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps jobs that may take a process down apart from each other, and from the process they failed
 * in.
 *
 * <p>A suspect is a job whose last try failed. A process has one at a time: when it dies, the next
 * try of every other job it had is the first one that failed, and only the suspect comes nearer to
 * its last. Otherwise a job that was merely in bad company would be given up together with it.
 */
@Singleton
class Quarantine {

  private final Semaphore places = new Semaphore(1);
  private final Map<JobId, Long> shunned = new ConcurrentHashMap<>();

  /** The right to work on a suspect; given back once, however often it is closed. */
  final class Pass implements AutoCloseable {
    private final AtomicBoolean open = new AtomicBoolean(true);

    @Override
    public void close() {
      if (open.compareAndSet(true, false)) {
        places.release();
      }
    }
  }

  /** Empty while this process works on a suspect. */
  Optional<Pass> enter() {
    return places.tryAcquire() ? Optional.of(new Pass()) : Optional.empty();
  }

  /** Leaves a job to other workers for a while. If there are none, this one tries it again. */
  void shun(JobId job, Duration duration) {
    shunned.put(job, System.nanoTime() + duration.toNanos());
  }

  Set<JobId> shunned() {
    if (!shunned.isEmpty()) {
      long now = System.nanoTime();
      shunned.values().removeIf(until -> until - now <= 0);
    }
    return Set.copyOf(shunned.keySet());
  }
}
