package io.rowledger.api.job;

import io.rowledger.api.security.Caller;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Reads a job again and again on behalf of one caller, also after the request has moved on. */
@ApplicationScoped
class JobReader {

  private final Database database;
  private final JobLookup jobs;
  private final SharedReads<JobDocument> reads;
  private final FailuresOfJob failures;
  private final Caller caller;

  JobReader(
      Database database,
      JobRepository stored,
      JobLookup jobs,
      FailuresOfJob failures,
      Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.reads =
        new SharedReads<>(
            (organization, wanted) ->
                documents(
                    database.query(organization, tx -> stored.findAll(tx, organization, wanted))),
            Infrastructure.getDefaultWorkerPool(),
            System::nanoTime);
    this.failures = failures;
    this.caller = caller;
  }

  /** The job as it is now; blocks. */
  JobView now(String jobId) {
    OrgId organization = caller.organization();
    return database.query(organization, tx -> jobs.find(tx, organization, jobId));
  }

  /** The status route's body, read anew each time. Does not block; completes on a worker thread. */
  Supplier<CompletionStage<JobDocument>> document(String jobId, boolean withFailures) {
    OrgId organization = caller.organization();
    JobId job = JobId.parse(jobId).orElseThrow(JobLookup::notFound);
    if (!withFailures) {
      return () ->
          reads
              .read(organization, job)
              .thenApply(document -> document.orElseThrow(JobLookup::notFound));
    }
    CompletionStage<FailuresOfJob.Reading> reading =
        Uni.createFrom()
            .item(failures::forCaller)
            .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
            .subscribeAsCompletionStage();
    return () ->
        reading.thenApplyAsync(
            allowed -> withFailures(organization, jobId, allowed),
            Infrastructure.getDefaultWorkerPool());
  }

  private static Map<JobId, JobDocument> documents(List<JobView> jobs) {
    Map<JobId, JobDocument> documents = new HashMap<>();
    jobs.forEach(job -> documents.put(job.id(), JobDocument.of(job, null)));
    return documents;
  }

  private JobDocument withFailures(
      OrgId organization, String jobId, FailuresOfJob.Reading failures) {
    return database.transaction(
        organization,
        tx -> {
          tx.snapshot();
          JobView job = jobs.find(tx, organization, jobId);
          return JobDocument.of(job, failures.of(tx, job));
        });
  }
}
