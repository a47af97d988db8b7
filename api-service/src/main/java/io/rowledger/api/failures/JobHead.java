package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobView;
import java.util.List;

/** What every JSON answer about failures begins with. */
final class JobHead {

  private static final List<String> FIELDS =
      List.of("jobId", "kind", "status", "totalItems", "succeeded", "failed", "skipped");

  private JobHead() {}

  /**
   * Begins an answer.
   *
   * @param json the job object of {@code job}
   */
  static ObjectNode of(JobView job, JsonNode json) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    FIELDS.forEach(name -> body.set(name, json.get(name)));
    if (json.has("jobFailure")) {
      body.set("jobFailure", json.get("jobFailure"));
    }
    body.put("failuresTotal", job.counts().failed());
    if (job.kind() == JobKind.ENTITY) {
      body.put("skipsTotal", job.counts().skipped());
    }
    return body;
  }
}
