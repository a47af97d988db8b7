package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.job.FailuresOfJob;
import io.rowledger.api.upload.CreatedTransactionRepository.Created;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The 200 of {@code POST /transactions/batch}: what became of every row (contract section 3). */
@ApplicationScoped
class BatchOutcome {

  /** More are reached with the read routes of the records. */
  static final int MAX_TRANSACTIONS = 1_000;

  private final Database database;
  private final JobRepository jobs;
  private final CreatedTransactionRepository created;

  BatchOutcome(Database database, JobRepository jobs, CreatedTransactionRepository created) {
    this.database = database;
    this.jobs = jobs;
    this.created = created;
  }

  /** The body, from one snapshot; empty when the job has not ended. */
  Optional<ObjectNode> of(FailuresOfJob.Reading failures, OrgId organization, JobId id) {
    return database.transaction(
        organization,
        tx -> {
          tx.snapshot();
          return jobs.find(tx, organization, id)
              .filter(job -> job.status().terminal())
              .map(job -> body(failures, tx, job));
        });
  }

  private ObjectNode body(FailuresOfJob.Reading failures, Tx tx, JobView job) {
    ObjectNode failed = failures.of(tx, job);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", job.status() == JobStatus.COMPLETED);
    body.put("created", job.counts().succeeded());
    body.put("skipped", job.counts().skipped());
    body.put("failed", job.counts().failed());
    List<Created> found = created.ofJob(tx, job.organization(), job.id(), MAX_TRANSACTIONS + 1);
    ArrayNode transactions = body.putArray("transactions");
    found.stream()
        .limit(MAX_TRANSACTIONS)
        .forEach(
            one ->
                transactions
                    .addObject()
                    .put("id", one.id().toString())
                    .put("externalId", one.externalId())
                    .put("rowNumber", one.rowNumber()));
    body.put("transactionsTruncated", found.size() > MAX_TRANSACTIONS);
    body.set("errors", failed.get("failures"));
    body.put("errorsTruncated", failed.get("truncated").asBoolean());
    body.put("processingTime", Duration.between(job.createdAt(), job.completedAt()).toMillis());
    body.set("summary", summary(job));
    body.put("jobId", job.id().toString());
    if (failed.has("jobFailure")) {
      body.set("jobFailure", failed.get("jobFailure"));
    }
    return body;
  }

  private static ObjectNode summary(JobView job) {
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    summary.put("status", job.status().wireName());
    summary.put("outcome", job.outcome());
    summary.put("totalItems", job.totalItems());
    summary.put("created", job.counts().succeeded());
    summary.put("skipped", job.counts().skipped());
    summary.put("failed", job.counts().failed());
    summary.put("unprocessed", job.unprocessed());
    summary.put("dryRun", job.dryRun());
    return summary;
  }
}
