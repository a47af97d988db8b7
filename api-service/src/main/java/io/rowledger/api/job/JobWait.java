package io.rowledger.api.job;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobView;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Waits for a job to move, without a thread. */
@ApplicationScoped
class JobWait {

  private final JobWatch watch;
  private final WatchConfig config;
  private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  JobWait(JobWatch watch, WatchConfig config) {
    this.watch = watch;
    this.config = config;
  }

  /** Whether one more may wait. */
  boolean hasRoom() {
    return !stopping && waiting.size() < config.maxWaiting();
  }

  /** Who waits is answered now: the process is about to end, and would cut them off. */
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    stopping = true;
    waiting.forEach(waiter -> waiter.emitter.complete(null));
  }

  /**
   * Completes when status or phase differ from what was seen, or the time is over. Who goes away is
   * forgotten at once.
   */
  Uni<Void> untilMoved(JobView seen, Duration atMost) {
    return Uni.createFrom()
        .<Void>emitter(
            emitter -> {
              Waiter waiter = new Waiter(seen, emitter);
              waiting.add(waiter);
              watch.add(waiter);
              // Last, because a client that is gone already is told at once.
              emitter.onTermination(
                  () -> {
                    watch.remove(waiter);
                    waiting.remove(waiter);
                  });
            })
        .ifNoItem()
        .after(atMost)
        .recoverWithUni(Uni.createFrom().voidItem());
  }

  /** Not a record: two who wait for the same are two. */
  private static final class Waiter implements JobWatch.Watcher {

    private final JobView seen;
    private final UniEmitter<? super Void> emitter;

    Waiter(JobView seen, UniEmitter<? super Void> emitter) {
      this.seen = seen;
      this.emitter = emitter;
    }

    @Override
    public OrgId organization() {
      return seen.organization();
    }

    @Override
    public JobId job() {
      return seen.id();
    }

    @Override
    public void look(@Nullable JobView now) {
      if (now != null && (now.status() != seen.status() || !now.phase().equals(seen.phase()))) {
        emitter.complete(null);
      }
    }
  }
}
