package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/** What every route answers that made a job: the 202 of contract section 3. */
public final class AcceptedAnswer {

  private AcceptedAnswer() {}

  /** A job on rows of an earlier one: its files were read before, and no row is shown again. */
  public static Response of(JobView job) {
    return of(job, JobJson.of(job).path("metadata").path("interpretation"));
  }

  /**
   * A job that was just accepted.
   *
   * @param interpretation one JSON object for each file
   */
  static Response of(JobView job, JsonNode interpretation) {
    JsonNode metadata = JobJson.of(job).path("metadata");
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.put("jobId", job.id().toString());
    body.put("kind", job.kind().wireName());
    body.put("status", job.status().wireName());
    body.put("totalItems", job.totalItems());
    body.put("fileCount", interpretation.size());
    body.put(
        "message",
        "%d row%s queued.".formatted(job.totalItems(), job.totalItems() == 1 ? " is" : "s are"));
    if (metadata.has("importMode")) {
      body.set("importMode", metadata.get("importMode"));
    }
    body.set("interpretation", interpretation);
    return Response.accepted(body)
        .header("Location", URI.create("/batch-import/jobs/" + job.id()))
        .header("Retry-After", 2)
        .build();
  }
}
