package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a 202 (contract section 3). */
public final class AcceptedBody {

  private static final String INTERPRETATION = "interpretation";

  private AcceptedBody() {}

  /** For a job on rows of an earlier one: its files were read before. */
  public static ObjectNode of(JobView job) {
    JsonNode metadata = JobJson.of(job).path("metadata");
    ObjectNode body = of(job, metadata.path(INTERPRETATION).size(), metadata.get("importMode"));
    body.set(INTERPRETATION, metadata.path(INTERPRETATION));
    return body;
  }

  /** The body as it may be stored: everything but the sample rows, which are personal data. */
  static ObjectNode of(JobView job, ImportRequest request, List<FileReading> files) {
    ObjectNode body = of(job, files.size(), request.metadata().get("importMode"));
    List<String> totals = request.common().totals().names();
    if (!totals.isEmpty()) {
      totals.forEach(body.putArray("controlTotals")::add);
    }
    ArrayNode interpretation = body.putArray(INTERPRETATION);
    files.forEach(file -> interpretation.add(file.stored()));
    return body;
  }

  private static String message(JobView job) {
    return job.status() == JobStatus.QUEUED
        ? "%d row%s queued.".formatted(job.totalItems(), job.totalItems() == 1 ? " is" : "s are")
        : "This job was made before.";
  }

  private static ObjectNode of(JobView job, int fileCount, @Nullable JsonNode importMode) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.put("jobId", job.id().toString());
    body.put("kind", job.kind().wireName());
    body.put("status", job.status().wireName());
    body.put("totalItems", job.totalItems());
    body.put("fileCount", fileCount);
    body.put("message", message(job));
    if (importMode != null) {
      body.set("importMode", importMode);
    }
    return body;
  }

  /**
   * Adds the sample rows.
   *
   * @param samples of each file, as in {@link FileReading#samples()}
   */
  static ObjectNode withSamples(ObjectNode body, List<ArrayNode> samples) {
    ObjectNode answered = body.deepCopy();
    JsonNode interpretation = answered.path(INTERPRETATION);
    for (int i = 0; i < samples.size() && i < interpretation.size(); i++) {
      ((ObjectNode) interpretation.get(i)).set(FileReading.SAMPLES, samples.get(i));
    }
    return answered;
  }
}
