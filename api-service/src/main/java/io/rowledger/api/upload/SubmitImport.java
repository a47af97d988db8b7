package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.rowledger.api.idempotency.Idempotency;
import io.rowledger.api.idempotency.Idempotency.Answer;
import io.rowledger.api.idempotency.IdempotencyKey;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.JobId;
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
import io.rowledger.core.trace.Spans;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The one commit that makes an import exist: upload, chunk index, job, event and idempotency key
 * together. Before it there is nothing, after it there is everything; the rows are in Kafka
 * already. Every job comes into being here, however it was asked for.
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

  /**
   * How the job is answered for.
   *
   * @param key null when the request has none
   * @param digest of what the request asks for, see {@link RequestDigest}
   * @param body of the answer, without any cell
   */
  public record Keyed(
      @Nullable IdempotencyKey key, String digest, Function<JobView, ObjectNode> body) {}

  private final Database database;
  private final Idempotency idempotency;
  private final UploadRepository uploads;
  private final JobRepository jobs;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final LineageRules lineage;
  private final TicketSender tickets;
  private final MeterRegistry registry;
  private final Tracer tracer;

  SubmitImport(
      Database database,
      Idempotency idempotency,
      UploadRepository uploads,
      JobRepository jobs,
      Outbox outbox,
      OutboxRelay relay,
      LineageRules lineage,
      TicketSender tickets,
      MeterRegistry registry,
      Tracer tracer) {
    this.database = database;
    this.idempotency = idempotency;
    this.uploads = uploads;
    this.jobs = jobs;
    this.outbox = outbox;
    this.relay = relay;
    this.lineage = lineage;
    this.tickets = tickets;
    this.registry = registry;
    this.tracer = tracer;
    for (JobKind kind : JobKind.values()) {
      accepted("jobs", kind, false);
      accepted("jobs", kind, true);
      accepted("rows", kind, false);
      accepted("rows", kind, true);
    }
  }

  /**
   * Commits, and wakes the workers; unless another request with the same key was faster.
   *
   * @return the answer of the queued job; or that of the one that commits the same dry run already
   * @throws ProblemException TOO_MANY_JOBS, IDEMPOTENCY_KEY_REUSED, a refusal of {@link
   *     LineageRules}, or OUTCOME_UNKNOWN when the connection broke inside the commit and the job
   *     cannot be found
   * @throws RowsExpiredException when rows of an earlier job were erased meanwhile
   * @throws SqlFailure when nothing was committed
   */
  public Answer submit(NewJob job, Rows rows, Keyed keyed) {
    MDC.put("jobId", job.id().toString());
    Span span =
        tracer
            .spanBuilder("job submit")
            .setAttribute("rowledger.job.id", job.id().toString())
            .setAttribute("rowledger.organization.id", job.organization().value().toString())
            .setAttribute("rowledger.job.kind", job.kind().wireName())
            .setAttribute("rowledger.rows", job.totalItems())
            .setAttribute("rowledger.chunks", job.chunkCount())
            .startSpan();
    return Spans.within(span, () -> commitAndTell(job, rows, keyed));
  }

  private Answer commitAndTell(NewJob job, Rows rows, Keyed keyed) {
    AtomicReference<Answer> reached = new AtomicReference<>();
    Answer answer;
    try {
      answer =
          database.transaction(
              job.organization(),
              tx -> {
                Answer made =
                    idempotency.once(
                        tx,
                        keyed.key(),
                        keyed.digest(),
                        () -> {
                          JobView queued = insert(tx, job, rows);
                          return Answer.first(queued.id(), keyed.body().apply(queued));
                        });
                reached.set(made);
                return made;
              });
    } catch (CommitUnknown unknown) {
      answer = afterUnknown(job.organization(), Objects.requireNonNull(reached.get()));
    }
    relay.wake();
    if (!answer.replayed()) {
      count(job);
      tickets.send(answer.job());
    }
    return answer;
  }

  private void count(NewJob job) {
    accepted("jobs", job.kind(), job.dryRun()).increment();
    accepted("rows", job.kind(), job.dryRun()).increment(job.totalItems());
  }

  private Counter accepted(String what, JobKind kind, boolean dryRun) {
    return Counter.builder("rowledger." + what + ".accepted")
        .description("Accepted with a 202, retries and commits included: " + what)
        .tag("kind", kind.wireName())
        .tag("dry_run", String.valueOf(dryRun))
        .register(registry);
  }

  /**
   * The work was done before COMMIT broke, so its answer is known: the very one that is stored with
   * the key, if there is one. Only whether it holds has to be looked up.
   */
  private Answer afterUnknown(OrgId organization, Answer reached) {
    // Nothing was written for an answer that is replayed, so nothing hung on this commit.
    if (reached.replayed() || isThere(organization, reached.job())) {
      return reached;
    }
    throw outcomeUnknown(reached.job());
  }

  /**
   * Refuses early, before any row is read, unless a request with this key was answered; the commit
   * asks again. One moment for both: the place that a faster request with the same key has just
   * taken must not be held against this one.
   *
   * @param key null when the request has none
   * @return whether a request with this key was answered
   * @throws ProblemException TOO_MANY_JOBS, or a refusal of {@link LineageRules}
   */
  boolean isUsedOrMayBegin(
      OrgId organization,
      @Nullable IdempotencyKey key,
      JobKind kind,
      Lineage origin,
      int maxOpenJobs) {
    return database.transaction(
        organization,
        tx -> {
          tx.snapshot();
          boolean used = key != null && idempotency.isUsed(tx, key);
          if (!used) {
            lineage.check(tx, organization, kind, origin);
            checkOpenJobs(tx, organization, maxOpenJobs);
          }
          return used;
        });
  }

  /**
   * Refuses early, before any row is read; the commit asks again.
   *
   * @throws ProblemException TOO_MANY_JOBS, or a refusal of {@link LineageRules}
   */
  public void checkFirst(OrgId organization, JobKind kind, Lineage origin, int maxOpenJobs) {
    database.run(
        organization,
        tx -> {
          lineage.check(tx, organization, kind, origin);
          checkOpenJobs(tx, organization, maxOpenJobs);
        });
  }

  /**
   * The answer of an earlier request with this key; empty when there is none.
   *
   * @throws ProblemException IDEMPOTENCY_KEY_REUSED
   */
  public Optional<Answer> replay(IdempotencyKey key, String digest) {
    return database.transaction(key.organization(), tx -> idempotency.replay(tx, key, digest));
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
  private boolean isThere(OrgId organization, JobId job) {
    try {
      return database.transaction(organization, tx -> jobs.find(tx, organization, job).isPresent());
    } catch (SqlFailure away) {
      LOG.warnf("Job %s may have been committed and cannot be looked up", job);
      return false;
    }
  }

  private static ProblemException outcomeUnknown(JobId job) {
    return new ProblemException(
            Problem.OUTCOME_UNKNOWN,
            "The connection to the database broke while the job was committed. Look up job %s before"
                    .formatted(job)
                + " you send the file again. With the same Idempotency-Key sending again is safe.")
        .jobId(job.toString());
  }
}
