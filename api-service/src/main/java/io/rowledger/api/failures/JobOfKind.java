package io.rowledger.api.failures;

import io.rowledger.api.job.JobLookup;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Tx;

/** The job of a route that is there for one kind only. */
final class JobOfKind {

  private JobOfKind() {}

  /**
   * Finds it. A job that is not there is said before a permission that is not: 404 comes first.
   *
   * @throws ProblemException JOB_NOT_FOUND, also for a job of another kind; FORBIDDEN
   */
  static JobView find(
      JobLookup jobs, Tx tx, String jobId, JobKind kind, FailureAccess.Allowed allowed) {
    JobView job = jobs.find(tx, jobId);
    if (job.kind() != kind) {
      throw JobLookup.notFound();
    }
    allowed.require(kind);
    return job;
  }
}
