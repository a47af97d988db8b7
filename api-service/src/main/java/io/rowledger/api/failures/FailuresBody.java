package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.job.FailuresOfJob;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowResult;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.row.RowCode.Outcome;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The body of the failures routes. Counters and list come from one snapshot. */
@ApplicationScoped
public class FailuresBody implements FailuresOfJob {

  /** At most this many items; more are said to exist by {@code truncated}. Fixed by contract. */
  static final int MAX_ITEMS = 500;

  private static final RowRef START = new RowRef(0, 0);

  private final RowResultRepository results;

  FailuresBody(RowResultRepository results) {
    this.results = results;
  }

  @Override
  public ObjectNode of(Tx tx, JobView job, boolean withValues) {
    ObjectNode all = JobJson.of(job);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    for (String name :
        List.of("jobId", "kind", "status", "totalItems", "succeeded", "failed", "skipped")) {
      body.set(name, all.get(name));
    }
    if (all.has("jobFailure")) {
      body.set("jobFailure", all.get("jobFailure"));
    }
    body.put("failuresTotal", job.counts().failed());
    boolean truncated =
        add(body.putArray("failures"), read(tx, job, Outcome.FAILED), all, job.kind(), withValues);
    if (job.kind() == JobKind.ENTITY) {
      body.put("skipsTotal", job.counts().skipped());
      truncated |=
          add(body.putArray("skips"), read(tx, job, Outcome.SKIPPED), all, job.kind(), withValues);
    }
    body.put("truncated", truncated);
    return body;
  }

  private List<RowResult> read(Tx tx, JobView job, Outcome outcome) {
    return results.page(tx, job.organization(), job.id(), outcome, START, MAX_ITEMS + 1);
  }

  /** Returns whether there is more than fits. */
  private static boolean add(
      ArrayNode items, List<RowResult> found, JsonNode job, JobKind kind, boolean withValues) {
    JsonNode files = job.path("metadata").path("interpretation");
    found.stream()
        .limit(MAX_ITEMS)
        .forEach(
            result -> {
              JsonNode file = files.path(result.ref().fileNumber() - 1);
              String fileName = file.path("fileName").textValue();
              items.add(FailureItem.json(result, kind, fileName, withValues));
            });
    return found.size() > MAX_ITEMS;
  }
}
