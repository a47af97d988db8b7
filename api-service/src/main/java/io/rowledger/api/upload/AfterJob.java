package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import java.util.List;

/** The job that an import is to run after (form field {@code after}). */
final class AfterJob {

  /** Unknown, malformed and foreign ids are one and the same answer. */
  static final String UNKNOWN = "after: this organisation has no job with this id.";

  private AfterJob() {}

  /**
   * Refuses a job that cannot complete any more: to accept an import that is sure to fail helps
   * nobody. One that ends later takes the import with it.
   *
   * @throws ProblemException VALIDATION_ERROR
   */
  static void check(JobRepository jobs, Tx tx, OrgId organization, JobId after) {
    JobStatus status =
        jobs.find(tx, organization, after).orElseThrow(() -> refused(UNKNOWN)).status();
    if (status.terminal() && status != JobStatus.COMPLETED) {
      throw refused(
          "after: that job is %s and will not complete; leave the field out."
              .formatted(status.wireName()));
    }
  }

  private static ProblemException refused(String message) {
    return new ProblemException(
        Problem.VALIDATION_ERROR, message, List.of(new Detail("after", message)));
  }
}
