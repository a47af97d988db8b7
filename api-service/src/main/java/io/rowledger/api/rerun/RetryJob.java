package io.rowledger.api.rerun;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.idempotency.Idempotency.Answer;
import io.rowledger.api.idempotency.IdempotencyKey;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.rows.JobRows;
import io.rowledger.api.rows.RowOutcome;
import io.rowledger.api.rows.RowReader;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.api.upload.AcceptedBody;
import io.rowledger.api.upload.RequestDigest;
import io.rowledger.api.upload.SubmitImport;
import io.rowledger.core.chunk.ChunkCodec;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.ChunkWriter;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tries rows of a job again in a job of its own. The rows are copied into an upload of the new job
 * and keep their file, their number and their columns, so that a retry is a job like any other
 * (ADR: a retry copies its rows).
 */
@ApplicationScoped
class RetryJob {

  private final Database database;
  private final RowResultRepository results;
  private final JobRows rows;
  private final ChunkLog log;
  private final SubmitImport submit;
  private final InstantSource clock;

  RetryJob(
      Database database,
      RowResultRepository results,
      JobRows rows,
      ChunkLog log,
      SubmitImport submit,
      InstantSource clock) {
    this.database = database;
    this.results = results;
    this.rows = rows;
    this.log = log;
    this.submit = submit;
    this.clock = clock;
  }

  /**
   * Queues the retry.
   *
   * @param createdBy key name or token subject
   * @throws ProblemException INVALID_TRANSITION, RETRY_RUNNING, NOTHING_TO_RETRY, ROWS_EXPIRED,
   *     TOO_MANY_JOBS
   */
  Answer retry(
      JobOrigin parent,
      RetryRequest request,
      TenantLimits limits,
      String createdBy,
      @Nullable IdempotencyKey key) {
    String digest = RequestDigest.of(request.parameters(parent.job().id()));
    // First of all: the retry that this request made is no reason to refuse it.
    Optional<Answer> replayed = key == null ? Optional.empty() : submit.replay(key, digest);
    if (replayed.isPresent()) {
      return replayed.get();
    }
    Lineage lineage = new Lineage(null, parent.job().id(), null);
    submit.checkFirst(
        parent.job().organization(), parent.job().kind(), lineage, limits.maxOpenJobs());
    refuseNothing(parent.job(), request);
    UUID uploadId = UuidV7.next();
    DataKey dataKey = DataKey.random();
    List<ChunkRef> chunks = copy(parent, request, uploadId, dataKey);
    ObjectNode metadata = Heritage.metadata(parent, request.errorHandling());
    NewJob job =
        new NewJob(
            new JobId(UuidV7.next()),
            parent.job().organization(),
            uploadId,
            parent.job().kind(),
            chunks.stream().mapToInt(ChunkRef::rows).sum(),
            chunks.size(),
            request.errorHandling(),
            parent.options(),
            request.mapping(),
            metadata.toString(),
            ChunkCodec.WRITTEN,
            createdBy,
            parent.job().dryRun(),
            parent.job().label(),
            lineage);
    SubmitImport.Upload copied =
        new SubmitImport.Upload(
            dataKey,
            Heritage.interpretation(metadata),
            clock.instant().plus(Duration.ofDays(limits.retentionDays())),
            chunks,
            limits.maxOpenJobs());
    try {
      return submit.submit(
          job,
          new SubmitImport.Earlier(parent.uploadId(), copied, limits.maxOpenJobs()),
          new SubmitImport.Keyed(key, digest, AcceptedBody::of));
    } catch (RowsExpiredException erasedMeanwhile) {
      throw JobRows.expired();
    }
  }

  /** Asks the counters, so that nothing is read in order to find nothing. */
  private void refuseNothing(JobView parent, RetryRequest request) {
    int selected = request.outcomes().contains(RowOutcome.UNPROCESSED) ? parent.unprocessed() : 0;
    if (selected == 0 && request.outcomes().contains(RowOutcome.FAILED)) {
      selected =
          database.transaction(
              parent.organization(),
              tx -> results.countFailed(tx, parent.organization(), parent.id(), request.codes()));
    }
    if (selected == 0) {
      throw new ProblemException(
          Problem.NOTHING_TO_RETRY, "Job %s has no such row.".formatted(parent.id()));
    }
  }

  private List<ChunkRef> copy(JobOrigin parent, RetryRequest request, UUID uploadId, DataKey key) {
    try (RowReader reader = rows.open(parent);
        ChunkWriter writer = log.begin(uploadId, key)) {
      reader.read(
          file -> true,
          request.outcomes(),
          (chunk, row, outcome, result) -> {
            if (request.selects(outcome, result == null ? null : result.problem().code())) {
              writer.add(chunk.fileNumber(), chunk.format(), chunk.columns(), row);
            }
          });
      return writer.finish();
    }
  }
}
