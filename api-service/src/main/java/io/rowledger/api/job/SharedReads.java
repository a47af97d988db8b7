package io.rowledger.api.job;

import io.rowledger.core.job.JobId;
import io.rowledger.core.tenant.OrgId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads jobs for those who poll. While a query for an organisation is under way, whoever else of it
 * asks is collected, and the next query answers them all: many pollers cost PostgreSQL little more
 * than one. What is answered was read after it was asked for, so nobody sees the past.
 *
 * @param <T> what is made of a job
 */
final class SharedReads<T> {

  /** One query. */
  interface Query<T> {

    /** Those of the jobs that the organisation has; may block. */
    Map<JobId, T> read(OrgId organization, Set<JobId> jobs);
  }

  /** Nobody waits longer behind a query that has got stuck; then another one is made beside it. */
  static final Duration PATIENCE = Duration.ofMillis(5);

  /** Queries at a time for one organisation: what is stuck must not take all connections. */
  static final int MOST_QUERIES = 4;

  private final Query<T> query;
  private final Executor workers;
  private final LongSupplier nanoTime;

  /** Has who somebody reads for; also the lock of all that is in it. */
  private final Map<OrgId, Asked<T>> asked = new HashMap<>();

  /**
   * @param workers where queries run
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  SharedReads(Query<T> query, Executor workers, LongSupplier nanoTime) {
    this.query = query;
    this.workers = workers;
    this.nanoTime = nanoTime;
  }

  /**
   * The job as it is now, empty when the organisation does not have it; fails as the query does.
   * Does not block. Cannot be cancelled, because others may wait for the same.
   */
  CompletionStage<Optional<T>> read(OrgId organization, JobId job) {
    CompletableFuture<Optional<T>> answer;
    Reader reader = null;
    synchronized (asked) {
      Asked<T> of = asked.computeIfAbsent(organization, Asked::new);
      answer = of.next.computeIfAbsent(job, any -> new CompletableFuture<>());
      if (of.needsReader(nanoTime.getAsLong())) {
        reader = new Reader(of);
      }
    }
    if (reader != null) {
      try {
        workers.execute(reader);
      } catch (RejectedExecutionException ending) {
        fail(reader.giveUp(), ending);
      }
    }
    return answer.minimalCompletionStage();
  }

  private static <T> void fail(Map<JobId, CompletableFuture<Optional<T>>> now, Throwable why) {
    now.values().forEach(answer -> answer.completeExceptionally(why));
  }

  /** What callers of one organisation want, and who reads for them. */
  private static final class Asked<T> {

    private final OrgId organization;

    /** For the next query. */
    private Map<JobId, CompletableFuture<Optional<T>>> next = new HashMap<>();

    private int readers;
    private @Nullable Object newest;
    private boolean coming;
    private long tookAt;

    Asked(OrgId organization) {
      this.organization = organization;
    }

    boolean needsReader(long now) {
      boolean stuck = newest == null || (!coming && now - tookAt > PATIENCE.toNanos());
      return stuck && readers < MOST_QUERIES;
    }

    Map<JobId, CompletableFuture<Optional<T>>> take(long now) {
      Map<JobId, CompletableFuture<Optional<T>>> taken = next;
      next = new HashMap<>();
      tookAt = now;
      return taken;
    }
  }

  /** Reads until nobody asks, or until it was given up for stuck and another one reads. */
  private final class Reader implements Runnable {

    private final Asked<T> of;

    /** The caller holds the lock. */
    Reader(Asked<T> of) {
      this.of = of;
      of.readers++;
      of.newest = this;
      of.coming = true;
    }

    @Override
    public void run() {
      Map<JobId, CompletableFuture<Optional<T>>> now = take();
      while (!now.isEmpty()) {
        try {
          Map<JobId, T> found = query.read(of.organization, now.keySet());
          now.forEach((job, answer) -> answer.complete(Optional.ofNullable(found.get(job))));
        } catch (RuntimeException | Error e) {
          fail(now, e);
          // Those behind would wait as long once more, and be told later what is known now.
          fail(giveUp(), e);
          return;
        }
        now = take();
      }
    }

    /** What to read next; with nothing, this reader has left. */
    private Map<JobId, CompletableFuture<Optional<T>>> take() {
      synchronized (asked) {
        if (of.newest == this) {
          of.coming = false;
          if (!of.next.isEmpty()) {
            return of.take(nanoTime.getAsLong());
          }
        }
        leave();
        return Map.of();
      }
    }

    /** Leaves; what was asked for meanwhile is the caller's to answer. */
    private Map<JobId, CompletableFuture<Optional<T>>> giveUp() {
      synchronized (asked) {
        leave();
        return of.take(nanoTime.getAsLong());
      }
    }

    private void leave() {
      if (of.newest == this) {
        of.newest = null;
      }
      of.readers--;
      if (of.readers == 0) {
        asked.remove(of.organization);
      }
    }
  }
}
