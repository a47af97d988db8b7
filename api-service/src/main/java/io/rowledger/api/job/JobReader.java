package io.rowledger.api.job;

import io.rowledger.api.security.Caller;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Reads a job again and again on behalf of one caller, also after the request has moved on. */
@ApplicationScoped
class JobReader {

  private final Database database;
  private final JobLookup jobs;
  private final FailuresOfJob failures;
  private final Caller caller;

  JobReader(Database database, JobLookup jobs, FailuresOfJob failures, Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.failures = failures;
    this.caller = caller;
  }

  /** The status route's body, read anew each time. */
  Supplier<JobDocument> document(String jobId, boolean withFailures) {
    OrgId organization = caller.organization();
    if (!withFailures) {
      return () ->
          JobDocument.of(
              database.query(organization, tx -> jobs.find(tx, organization, jobId)), null);
    }
    FailuresOfJob.Reading reading = failures.forCaller();
    return () ->
        database.transaction(
            organization,
            tx -> {
              tx.snapshot();
              return withFailures(tx, jobs.find(tx, organization, jobId), reading);
            });
  }

  private static JobDocument withFailures(Tx tx, JobView job, FailuresOfJob.Reading failures) {
    return JobDocument.of(job, failures.of(tx, job));
  }
}
