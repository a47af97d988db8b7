package io.rowledger.api.job;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds a job for its caller. Unknown, malformed and foreign ids are one and the same answer. */
@ApplicationScoped
public class JobLookup {

  private final JobRepository jobs;
  private final Caller caller;

  JobLookup(JobRepository jobs, Caller caller) {
    this.jobs = jobs;
    this.caller = caller;
  }

  /**
   * The job.
   *
   * @throws ProblemException JOB_NOT_FOUND
   */
  public JobView find(Tx tx, String jobId) {
    return find(tx, caller.organization(), jobId);
  }

  /** The same for what outlives the request, and has taken the organisation out of it. */
  JobView find(Tx tx, OrgId organization, String jobId) {
    return JobId.parse(jobId)
        .flatMap(id -> jobs.find(tx, organization, id))
        .orElseThrow(JobLookup::notFound);
  }

  /**
   * What the job was made of.
   *
   * @throws ProblemException JOB_NOT_FOUND
   */
  public JobOrigin origin(Tx tx, String jobId) {
    return JobId.parse(jobId)
        .flatMap(id -> jobs.origin(tx, caller.organization(), id))
        .orElseThrow(JobLookup::notFound);
  }

  public static ProblemException notFound() {
    return new ProblemException(
        Problem.JOB_NOT_FOUND, "This organisation has no job with this id.");
  }
}
