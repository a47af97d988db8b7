package io.rowledger.api.job;

import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads jobs for those who poll. While one query for an organisation is under way, whoever else of
 * it asks is collected, and the next query answers them all: many pollers cost PostgreSQL little
 * more than one. What is answered was read after it was asked for, so nobody sees the past.
 */
@ApplicationScoped
class SharedReads {

  private final Database database;
  private final JobRepository jobs;
  private final Executor workers = Infrastructure.getDefaultWorkerPool();

  /** For the next query of each organisation; it has an entry while somebody reads for it. */
  private final Map<OrgId, Map<JobId, CompletableFuture<JobDocument>>> asked = new HashMap<>();

  SharedReads(Database database, JobRepository jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /**
   * The job as it is now. Does not block; completes on a worker thread, with a {@code
   * ProblemException} when the organisation has no such job.
   */
  CompletableFuture<JobDocument> read(OrgId organization, JobId job) {
    CompletableFuture<JobDocument> answer;
    boolean nobodyReads;
    synchronized (asked) {
      nobodyReads = !asked.containsKey(organization);
      answer =
          asked
              .computeIfAbsent(organization, any -> new HashMap<>())
              .computeIfAbsent(job, any -> new CompletableFuture<>());
    }
    if (nobodyReads) {
      try {
        workers.execute(() -> readUntilNobodyAsks(organization));
      } catch (RuntimeException ending) {
        failAll(organization, ending);
      }
    }
    // A copy: one client that goes away must not cancel the answer of another.
    return answer.copy();
  }

  private void readUntilNobodyAsks(OrgId organization) {
    for (Map<JobId, CompletableFuture<JobDocument>> now = next(organization);
        now != null;
        now = next(organization)) {
      try {
        readAll(organization, now);
      } catch (RuntimeException e) {
        fail(now, e);
        // Those behind would wait as long once more, and be told later what is known now.
        failAll(organization, e);
        return;
      }
    }
  }

  private void readAll(OrgId organization, Map<JobId, CompletableFuture<JobDocument>> now) {
    List<JobView> found =
        database.query(organization, tx -> jobs.findAll(tx, organization, now.keySet()));
    found.forEach(job -> now.remove(job.id()).complete(JobDocument.of(job, null)));
    fail(now, JobLookup.notFound());
  }

  /** Takes all that was asked for; null when there is nothing, and then the next asker reads. */
  private @Nullable Map<JobId, CompletableFuture<JobDocument>> next(OrgId organization) {
    synchronized (asked) {
      if (asked.get(organization).isEmpty()) {
        asked.remove(organization);
        return null;
      }
      return asked.put(organization, new HashMap<>());
    }
  }

  private void failAll(OrgId organization, RuntimeException why) {
    Map<JobId, CompletableFuture<JobDocument>> all;
    synchronized (asked) {
      all = asked.remove(organization);
    }
    fail(all, why);
  }

  private static void fail(Map<JobId, CompletableFuture<JobDocument>> asked, RuntimeException why) {
    asked.values().forEach(answer -> answer.completeExceptionally(why));
  }
}
