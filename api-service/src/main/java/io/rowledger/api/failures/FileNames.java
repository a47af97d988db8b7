package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** The names of an upload's files, as the job's metadata has them. */
record FileNames(JsonNode interpretation) {

  /**
   * Finds them.
   *
   * @param job the job object
   */
  static FileNames of(JsonNode job) {
    return new FileNames(job.path("metadata").path("interpretation"));
  }

  /** Null when it is not known. */
  @Nullable String of(int fileNumber) {
    return interpretation.path(fileNumber - 1).path("fileName").textValue();
  }
}
