package io.rowledger.api.rerun;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobOrigin;
import java.util.List;

/** What of a job's metadata its descendants have as well. */
final class Heritage {

  /** What was said when the files came in; not what workers and callers noted since. */
  private static final List<String> INHERITED =
      List.of("fileName", "fileCount", "importMode", "options", "interpretation");

  private Heritage() {}

  /**
   * The metadata of a job on the rows of another.
   *
   * @param handling of the new job; shown only where it was shown before
   */
  static ObjectNode metadata(JobOrigin origin, ErrorHandling handling) {
    JsonNode all = JobJson.of(origin.job()).path("metadata");
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    for (String name : INHERITED) {
      if (all.has(name)) {
        metadata.set(name, all.get(name));
      }
    }
    if (metadata.path("options") instanceof ObjectNode options
        && options.has("batchErrorHandling")) {
      options.put("batchErrorHandling", handling.wireName());
    }
    return metadata;
  }

  /** JSON: how the files were read, for an upload of the new job's own. */
  static String interpretation(ObjectNode metadata) {
    JsonNode interpretation = metadata.get("interpretation");
    return interpretation == null ? "[]" : interpretation.toString();
  }
}
