package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;

/** Which jobs a new job may say that it comes from. */
@ApplicationScoped
class LineageRules {

  private final JobRepository jobs;

  LineageRules(JobRepository jobs) {
    this.jobs = jobs;
  }

  /**
   * Checks where a job of this kind says that it comes from. Holds until the end of the transaction
   * when submissions of the organisation are locked; otherwise it is only an early answer.
   *
   * @throws ProblemException VALIDATION_ERROR, INVALID_TRANSITION or RETRY_RUNNING
   */
  void check(Tx tx, OrgId organization, JobKind kind, Lineage lineage) {
    if (lineage.retryOf() != null) {
      checkRetry(tx, organization, kind, lineage.retryOf());
    }
    if (lineage.after() != null) {
      AfterJob.check(jobs, tx, organization, lineage.after());
    }
  }

  private void checkRetry(Tx tx, OrgId organization, JobKind kind, JobId parentId) {
    JobView parent =
        jobs.find(tx, organization, parentId)
            .orElseThrow(
                () ->
                    ProblemException.invalid(
                        "retryOf", "this organisation has no job with this id."));
    if (parent.kind() != kind) {
      throw ProblemException.invalid(
          "retryOf",
          "that job imports %s, this one %s.".formatted(parent.kind().wireName(), kind.wireName()));
    }
    if (!parent.status().terminal()) {
      throw new ProblemException(
          Problem.INVALID_TRANSITION,
          "Job %s is %s; wait until it has ended, or cancel it."
              .formatted(parentId, parent.status().wireName()));
    }
    jobs.liveRetry(tx, organization, parentId)
        .ifPresent(
            running -> {
              throw new ProblemException(
                      Problem.RETRY_RUNNING,
                      "Job %s is a retry of this job and has not ended.".formatted(running))
                  .jobId(running.toString());
            });
  }
}
