package io.rowledger.api.erasure;

import io.rowledger.api.idempotency.Idempotency;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Forgets the contents of a job's files: the key of its rows, the cells of its failures, how its
 * files were read. Counters, codes, row numbers, digests and who did what when stay. Records that
 * were imported are not the job's any more and are left alone.
 */
@ApplicationScoped
class EraseData {

  private final Database database;
  private final JobRepository jobs;
  private final RowResultRepository results;
  private final UploadRepository uploads;
  private final Idempotency idempotency;

  EraseData(
      Database database,
      JobRepository jobs,
      RowResultRepository results,
      UploadRepository uploads,
      Idempotency idempotency) {
    this.database = database;
    this.jobs = jobs;
    this.results = results;
    this.uploads = uploads;
    this.idempotency = idempotency;
  }

  /**
   * Erases; again is no harm.
   *
   * @param erasedBy key name or token subject
   * @return the job as it is now
   * @throws ProblemException INVALID_TRANSITION while the job, or another on its rows, is open
   */
  JobView erase(JobOrigin origin, String erasedBy) {
    if (!origin.job().status().terminal()) {
      throw new ProblemException(
          Problem.INVALID_TRANSITION,
          "Job %s is %s; wait until it has ended, or cancel it."
              .formatted(origin.job().id(), origin.job().status().wireName()));
    }
    return database.transaction(
        origin.job().organization(), tx -> erase(tx, origin, erasedBy));
  }

  private JobView erase(Tx tx, JobOrigin origin, String erasedBy) {
    JobView job = origin.job();
    // From here on nobody can submit a job on these rows.
    uploads.lock(tx, job.organization(), origin.uploadId());
    List<JobId> open = jobs.openOn(tx, job.organization(), origin.uploadId());
    if (!open.isEmpty()) {
      throw new ProblemException(
              Problem.INVALID_TRANSITION,
              "Job %s reads the same rows and has not ended; wait for it, or cancel it."
                  .formatted(open.get(0)))
          .jobId(open.get(0).toString());
    }
    uploads.forget(tx, job.organization(), origin.uploadId());
    results.eraseCells(tx, job.organization(), job.id());
    idempotency.eraseContents(tx, job.organization(), job.id());
    jobs.eraseContents(tx, job.organization(), job.id(), erasedBy);
    return jobs.find(tx, job.organization(), job.id()).orElseThrow();
  }
}
