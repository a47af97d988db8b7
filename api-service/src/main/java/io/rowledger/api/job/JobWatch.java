package io.rowledger.api.job;

import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the jobs that somebody waits for: one query for all of them, and none while nobody
 * waits. However many clients there are, PostgreSQL sees one.
 */
@ApplicationScoped
class JobWatch {

  /** Between two looks. A stream sends at most one event for each: four a second. */
  static final Duration EVERY = Duration.ofMillis(250);

  private static final Logger LOG = Logger.getLogger(JobWatch.class);

  /** Somebody who waits. */
  interface Watcher {

    OrgId organization();

    JobId job();

    /**
     * A look was taken. Must not block.
     *
     * @param now null when the job could not be read this time
     */
    void look(@Nullable JobView now);
  }

  private final Database database;
  private final JobRepository jobs;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private boolean looking;
  private boolean troubled;

  JobWatch(Database database, JobRepository jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /** The first look follows within {@link #EVERY}. */
  void add(Watcher watcher) {
    watchers.add(watcher);
    synchronized (this) {
      if (!looking) {
        looking = true;
        lookAgainLater();
      }
    }
  }

  void remove(Watcher watcher) {
    watchers.remove(watcher);
  }

  /** How many wait. */
  int size() {
    return watchers.size();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // look() lets nothing out
  private void lookAgainLater() {
    try {
      Infrastructure.getDefaultWorkerPool()
          .schedule(this::look, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The process is ending, and all that wait with it.
      looking = false;
    }
  }

  private void look() {
    try {
      Map<JobId, JobView> now = read();
      for (Watcher watcher : watchers) {
        show(watcher, now.get(watcher.job()));
      }
    } finally {
      synchronized (this) {
        if (watchers.isEmpty()) {
          looking = false;
        } else {
          lookAgainLater();
        }
      }
    }
  }

  /** One that fails must not keep the others from seeing. */
  private void show(Watcher watcher, @Nullable JobView now) {
    try {
      watcher.look(now);
    } catch (RuntimeException e) {
      LOG.errorf(e, "Job %s is no longer watched for a client", watcher.job());
      watchers.remove(watcher);
    }
  }

  private Map<JobId, JobView> read() {
    Map<JobId, OrgId> wanted = new HashMap<>();
    watchers.forEach(watcher -> wanted.put(watcher.job(), watcher.organization()));
    if (wanted.isEmpty()) {
      return Map.of();
    }
    try {
      // One look for all who wait; each pair names its organisation, and no caller can name one.
      List<JobView> found = database.acrossOrganizations(tx -> jobs.findAll(tx, wanted));
      troubled = false;
      return found.stream().collect(Collectors.toMap(JobView::id, Function.identity()));
    } catch (RuntimeException e) {
      // Who waits goes on waiting. Said once, not four times a second.
      if (!troubled) {
        LOG.warnf("Jobs cannot be watched for now: %s", e.getMessage());
      }
      troubled = true;
      return Map.of();
    }
  }
}
