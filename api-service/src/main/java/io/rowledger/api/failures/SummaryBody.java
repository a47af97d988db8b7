package io.rowledger.api.failures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowSummaryRepository;
import io.rowledger.core.job.RowSummaryRepository.Group;
import io.rowledger.core.row.RowCode.Outcome;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The failures of a job by reason. Counters and groups come from one snapshot. */
@ApplicationScoped
class SummaryBody {

  /** Most groups; a file with more reasons than that has one reason: it is the wrong file. */
  static final int MAX_GROUPS = 200;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RowSummaryRepository summaries;

  SummaryBody(RowSummaryRepository summaries) {
    this.summaries = summaries;
  }

  ObjectNode of(Tx tx, JobView job, boolean withValues) {
    ObjectNode json = JobJson.of(job);
    FileNames files = FileNames.of(json);
    ObjectNode body = JobHead.of(job, json);
    List<Group> groups =
        summaries.groups(
            tx, job.organization(), job.id(), job.kind() == JobKind.ENTITY, MAX_GROUPS + 1);
    ArrayNode items = body.putArray("groups");
    groups.stream()
        .limit(MAX_GROUPS)
        .forEach(group -> write(items.addObject(), group, files, withValues));
    body.put("moreGroups", groups.size() > MAX_GROUPS);
    return body;
  }

  private static void write(ObjectNode item, Group group, FileNames files, boolean withValues) {
    item.put("outcome", group.code().outcome() == Outcome.FAILED ? "failed" : "skipped");
    item.put("code", group.code().name());
    item.put("column", group.column());
    item.put("count", group.count());
    item.put("retryable", group.code().retryable());
    ArrayNode examples = item.putArray("examples");
    for (JsonNode stored : parse(group.examples())) {
      ObjectNode example = examples.addObject();
      example.setAll((ObjectNode) stored);
      example.put("fileName", files.of(stored.get("fileNumber").intValue()));
      if (!withValues) {
        example.remove("value");
      }
    }
    item.set("ranges", parse(group.ranges()));
    item.put("moreRanges", group.rangeCount() > RowSummaryRepository.RANGES);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("PostgreSQL writes JSON", e);
    }
  }
}
