package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lineage;
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
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one commit that makes an import exist: upload, chunk index, job and event together. Before it
 * there is nothing, after it there is everything; the rows are in Kafka already. Every job comes
 * into being here, however it was asked for.
 */
@ApplicationScoped
public class SubmitImport {

  private static final Logger LOG = Logger.getLogger(SubmitImport.class);

  /** Where the rows of the job are. */
  public sealed interface Rows {

    /** The organisation's limit. */
    int maxOpenJobs();
  }

  /**
   * Rows that were sent for this job.
   *
   * @param interpretation JSON, without any cell
   */
  public record Upload(
      DataKey key, String interpretation, Instant expiresAt, List<ChunkRef> chunks, int maxOpenJobs)
      implements Rows {}

  /**
   * Rows of an earlier job.
   *
   * @param uploadId must not be erased before the job is there
   * @param copy the rows as they were sent again for this job; null when it reads the very same
   */
  public record Earlier(UUID uploadId, @Nullable Upload copy, int maxOpenJobs) implements Rows {}

  private final Database database;
  private final UploadRepository uploads;
  private final JobRepository jobs;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final LineageRules lineage;
  private final TicketSender tickets;

  SubmitImport(
      Database database,
      UploadRepository uploads,
      JobRepository jobs,
      Outbox outbox,
      OutboxRelay relay,
      LineageRules lineage,
      TicketSender tickets) {
    this.database = database;
    this.uploads = uploads;
    this.jobs = jobs;
    this.outbox = outbox;
    this.relay = relay;
    this.lineage = lineage;
    this.tickets = tickets;
  }

  /**
   * Commits, and wakes the workers.
   *
   * @return the queued job; or the one that commits the same dry run already, whatever its status
   * @throws ProblemException TOO_MANY_JOBS, a refusal of {@link LineageRules}, or OUTCOME_UNKNOWN
   *     when the connection broke inside the commit and the job cannot be found
   * @throws RowsExpiredException when rows of an earlier job were erased meanwhile
   * @throws SqlFailure when nothing was committed
   */
  public JobView submit(NewJob job, Rows rows) {
    JobView queued;
    try {
      queued = database.transaction(tx -> insert(tx, job, rows));
    } catch (CommitUnknown unknown) {
      queued = lookUp(job).orElseThrow(() -> outcomeUnknown(job));
    }
    relay.wake();
    tickets.send(queued.id());
    return queued;
  }

  /**
   * Refuses early, before any row is read; the commit asks again.
   *
   * @throws ProblemException TOO_MANY_JOBS, or a refusal of {@link LineageRules}
   */
  public void checkFirst(OrgId organization, JobKind kind, Lineage origin, int maxOpenJobs) {
    database.run(
        tx -> {
          lineage.check(tx, organization, kind, origin);
          checkOpenJobs(tx, organization, maxOpenJobs);
        });
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

  private JobView insert(Tx tx, NewJob job, Rows rows) {
    jobs.lockSubmissions(tx, job.organization());
    if (job.lineage().commitOf() != null) {
      Optional<JobView> before = jobs.commitOf(tx, job.organization(), job.lineage().commitOf());
      if (before.isPresent()) {
        return before.get();
      }
    }
    lineage.check(tx, job.organization(), job.kind(), job.lineage());
    checkOpenJobs(tx, job.organization(), rows.maxOpenJobs());
    if (rows instanceof Earlier earlier) {
      uploads.hold(tx, job.organization(), earlier.uploadId());
    }
    Upload sent = rows instanceof Earlier earlier ? earlier.copy() : (Upload) rows;
    if (sent != null) {
      uploads.insert(
          tx,
          job.organization(),
          job.uploadId(),
          sent.key(),
          sent.interpretation(),
          sent.expiresAt(),
          sent.chunks());
    }
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
