package io.rowledger.api.job;

import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobView;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for a job to end, without a thread. */
@ApplicationScoped
public class JobEnds {

  private final JobWatch watch;

  JobEnds(JobWatch watch) {
    this.watch = watch;
  }

  /**
   * Completes on a worker thread: with true when the job has ended, with false when the time is
   * over. Who goes away is forgotten at once.
   */
  public Uni<Boolean> ended(OrgId organization, JobId job, Duration atMost) {
    if (atMost.isZero()) {
      return Uni.createFrom().item(false);
    }
    return Uni.createFrom()
        .<Boolean>emitter(
            emitter -> {
              Waiter waiter = new Waiter(organization, job, emitter);
              watch.add(waiter);
              emitter.onTermination(() -> watch.remove(waiter));
            })
        .ifNoItem()
        .after(atMost)
        .recoverWithItem(false)
        .emitOn(Infrastructure.getDefaultWorkerPool());
  }

  /** Not a record: two who wait for the same are two. */
  private static final class Waiter implements JobWatch.Watcher {

    private final OrgId organization;
    private final JobId job;
    private final UniEmitter<? super Boolean> emitter;

    Waiter(OrgId organization, JobId job, UniEmitter<? super Boolean> emitter) {
      this.organization = organization;
      this.job = job;
      this.emitter = emitter;
    }

    @Override
    public OrgId organization() {
      return organization;
    }

    @Override
    public JobId job() {
      return job;
    }

    @Override
    public void look(@Nullable JobView now) {
      if (now != null && now.status().terminal()) {
        emitter.complete(true);
      }
    }
  }
}
