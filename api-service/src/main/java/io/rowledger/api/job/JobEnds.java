package io.rowledger.api.job;

import io.quarkus.runtime.ShutdownEvent;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.sql.Database;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Waits for jobs to end, for any number of requests with one thread and one query: a thread each
 * for half a minute would be all threads soon.
 */
@ApplicationScoped
public class JobEnds {

  private static final Logger LOG = Logger.getLogger(JobEnds.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** One request that waits. */
  public static final class Wait {
    private final JobId job;
    private final long deadline;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private Wait(JobId job, long deadline) {
      this.job = job;
      this.deadline = deadline;
    }

    /** Whether the job has ended, on a worker thread: true, or false when the time is over. */
    public Uni<Boolean> ended() {
      return Uni.createFrom().completionStage(ended).emitOn(Infrastructure.getDefaultWorkerPool());
    }

    /** Ends the waiting, as when the client has gone. */
    public void giveUp() {
      ended.complete(false);
    }
  }

  private final Database database;
  private final JobRepository jobs;
  private final Set<Wait> waiting = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "job-ends");
            thread.setDaemon(true);
            return thread;
          });

  JobEnds(Database database, JobRepository jobs) {
    this.database = database;
    this.jobs = jobs;
    var unused =
        timer.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    timer.shutdownNow();
    waiting.forEach(Wait::giveUp);
  }

  /** Begins to wait for a job, which the caller was given the id of. */
  public Wait await(JobId job, Duration atMost) {
    Wait wait = new Wait(job, System.nanoTime() + atMost.toNanos());
    waiting.add(wait);
    return wait;
  }

  private void look() {
    waiting.removeIf(wait -> wait.ended.isDone());
    if (waiting.isEmpty()) {
      return;
    }
    try {
      Set<JobId> ids = waiting.stream().map(wait -> wait.job).collect(Collectors.toSet());
      Set<JobId> ended = database.transaction(tx -> jobs.ended(tx, ids));
      waiting.stream()
          .filter(wait -> ended.contains(wait.job))
          .forEach(wait -> wait.ended.complete(true));
    } catch (RuntimeException away) {
      // Whoever waits is told when their time is over that the job goes on.
      LOG.debugf("Cannot look for jobs that have ended: %s", away.getMessage());
    }
    long now = System.nanoTime();
    waiting.stream().filter(wait -> wait.deadline - now <= 0).forEach(Wait::giveUp);
  }
}
