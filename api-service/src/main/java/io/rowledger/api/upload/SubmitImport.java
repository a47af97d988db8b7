package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.sql.CommitUnknown;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one commit that makes an import exist: upload, chunk index, job and event together. Before it
 * there is nothing, after it there is everything; the rows are in Kafka already.
 */
@ApplicationScoped
class SubmitImport {

  private static final Logger LOG = Logger.getLogger(SubmitImport.class);

  /**
   * What belongs to the job but is not the job.
   *
   * @param interpretation JSON, without any cell
   * @param maxOpenJobs the organisation's limit
   */
  record Upload(
      DataKey key,
      String interpretation,
      Instant expiresAt,
      List<ChunkRef> chunks,
      int maxOpenJobs) {}

  private final Database database;
  private final UploadRepository uploads;
  private final JobRepository jobs;
  private final Outbox outbox;
  private final OutboxRelay relay;

  SubmitImport(
      Database database,
      UploadRepository uploads,
      JobRepository jobs,
      Outbox outbox,
      OutboxRelay relay) {
    this.database = database;
    this.uploads = uploads;
    this.jobs = jobs;
    this.outbox = outbox;
    this.relay = relay;
  }

  /**
   * Commits.
   *
   * @throws ProblemException TOO_MANY_JOBS, or OUTCOME_UNKNOWN when the connection broke inside the
   *     commit and the job cannot be found
   * @throws SqlFailure when nothing was committed
   */
  JobView submit(NewJob job, Upload upload) {
    JobView queued;
    try {
      queued = database.transaction(tx -> insert(tx, job, upload));
    } catch (CommitUnknown unknown) {
      queued = lookUp(job).orElseThrow(() -> outcomeUnknown(job));
    }
    relay.wake();
    return queued;
  }

  /**
   * Refuses early, before any row is read; the commit looks again.
   *
   * @throws ProblemException VALIDATION_ERROR
   */
  void checkAfter(OrgId organization, @Nullable JobId after) {
    if (after != null) {
      database.run(tx -> AfterJob.check(jobs, tx, organization, after));
    }
  }

  /**
   * Refuses early, before any row is read; the commit counts again.
   *
   * @throws ProblemException TOO_MANY_JOBS
   */
  void checkOpenJobs(OrgId organization, int maxOpenJobs) {
    database.run(tx -> checkOpenJobs(tx, organization, maxOpenJobs));
  }

  private void checkOpenJobs(Tx tx, OrgId organization, int maxOpenJobs) {
    int open = jobs.countOpen(tx, organization);
    if (open >= maxOpenJobs) {
      throw new ProblemException(
          Problem.TOO_MANY_JOBS,
          "%d jobs of this organisation wait or run; it may have %d. Wait until one has ended."
              .formatted(open, maxOpenJobs));
    }
  }

  private JobView insert(Tx tx, NewJob job, Upload upload) {
    jobs.lockSubmissions(tx, job.organization());
    checkOpenJobs(tx, job.organization(), upload.maxOpenJobs());
    if (job.lineage().after() != null) {
      AfterJob.check(jobs, tx, job.organization(), job.lineage().after());
    }
    uploads.insert(
        tx,
        job.organization(),
        job.uploadId(),
        upload.key(),
        upload.interpretation(),
        upload.expiresAt(),
        upload.chunks());
    jobs.insert(tx, job);
    JobView queued = jobs.find(tx, job.organization(), job.id()).orElseThrow();
    outbox.add(tx, JobEventType.QUEUED, queued);
    return queued;
  }

  /** On a new connection: what is there was committed. */
  private Optional<JobView> lookUp(NewJob job) {
    try {
      return database.transaction(tx -> jobs.find(tx, job.organization(), job.id()));
    } catch (SqlFailure away) {
      LOG.warnf("Job %s may have been committed and cannot be looked up", job.id());
      return Optional.empty();
    }
  }

  private static ProblemException outcomeUnknown(NewJob job) {
    return new ProblemException(
            Problem.OUTCOME_UNKNOWN,
            "The connection to the database broke while the job was committed. Look up job %s before"
                    .formatted(job.id())
                + " you send the file again.")
        .jobId(job.id().toString());
  }
}
