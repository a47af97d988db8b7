package io.rowledger.api.rerun;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rowledger.api.idempotency.Idempotency.Answer;
import io.rowledger.api.idempotency.IdempotencyKey;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.rows.JobRows;
import io.rowledger.api.upload.AcceptedBody;
import io.rowledger.api.upload.RequestDigest;
import io.rowledger.api.upload.SubmitImport;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a finished dry run a real job on the very same rows. */
@ApplicationScoped
class CommitDryRun {

  /**
   * The real job.
   *
   * @param isNew false when the dry run was committed before
   */
  record Committed(Answer answer, boolean isNew) {}

  private final Database database;
  private final JobRepository jobs;
  private final JobRows rows;
  private final SubmitImport submit;

  CommitDryRun(Database database, JobRepository jobs, JobRows rows, SubmitImport submit) {
    this.database = database;
    this.jobs = jobs;
    this.rows = rows;
    this.submit = submit;
  }

  /**
   * Queues the real job, once.
   *
   * @param createdBy key name or token subject
   * @throws ProblemException INVALID_TRANSITION, ROWS_EXPIRED, TOO_MANY_JOBS
   */
  Committed commit(
      JobOrigin dryRun, String createdBy, int maxOpenJobs, @Nullable IdempotencyKey key) {
    String digest =
        RequestDigest.of(JsonNodeFactory.instance.textNode(dryRun.job().id().toString()));
    Optional<Answer> replayed = key == null ? Optional.empty() : submit.replay(key, digest);
    if (replayed.isPresent()) {
      return new Committed(replayed.get(), true);
    }
    Optional<JobView> before = committed(dryRun);
    if (before.isPresent()) {
      return new Committed(answer(before.get()), false);
    }
    refuseUnfinished(dryRun.job());
    submit.checkFirst(dryRun.job().organization(), dryRun.job().kind(), Lineage.NONE, maxOpenJobs);
    // A job that could not read its rows would end interrupted: say it now.
    rows.probe(dryRun);
    JobId id = new JobId(UuidV7.next());
    try {
      Answer answer =
          submit.submit(
              job(id, dryRun, createdBy),
              new SubmitImport.Earlier(dryRun.uploadId(), null, maxOpenJobs),
              new SubmitImport.Keyed(key, digest, AcceptedBody::of));
      return new Committed(answer, answer.replayed() || answer.job().equals(id));
    } catch (RowsExpiredException erasedMeanwhile) {
      throw JobRows.expired();
    }
  }

  private static Answer answer(JobView job) {
    return Answer.first(job.id(), AcceptedBody.of(job));
  }

  private Optional<JobView> committed(JobOrigin dryRun) {
    return database.transaction(
        dryRun.job().organization(),
        tx -> jobs.commitOf(tx, dryRun.job().organization(), dryRun.job().id()));
  }

  private static void refuseUnfinished(JobView job) {
    if (!job.dryRun()) {
      throw new ProblemException(
          Problem.INVALID_TRANSITION,
          "Job %s is no dry run; there is nothing to commit.".formatted(job.id()));
    }
    if (job.status() != JobStatus.COMPLETED && job.status() != JobStatus.FAILED) {
      throw new ProblemException(
          Problem.INVALID_TRANSITION,
          "The dry run %s is %s; only one that was finished can be committed."
              .formatted(job.id(), job.status().wireName()));
    }
  }

  private static NewJob job(JobId id, JobOrigin dryRun, String createdBy) {
    JobView job = dryRun.job();
    return new NewJob(
        id,
        job.organization(),
        dryRun.uploadId(),
        job.kind(),
        job.totalItems(),
        job.chunkCount(),
        dryRun.errorHandling(),
        dryRun.options(),
        dryRun.mapping(),
        Heritage.metadata(dryRun, dryRun.errorHandling()).toString(),
        dryRun.codecVersion(),
        createdBy,
        false,
        job.label(),
        new Lineage(job.id(), null, null));
  }
}
