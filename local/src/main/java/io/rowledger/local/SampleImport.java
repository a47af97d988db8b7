package io.rowledger.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Imports the samples through the public API and shows what came of every row. */
final class SampleImport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FAILURES_SHOWN = 5;

  private final ApiClient api;
  private final Path copies;

  private static final String MAPPING = "transactions-mapping.json";

  /**
   * @param copies where the sample files are put, so that the caller can send them again
   */
  SampleImport(ApiClient api, Path copies) {
    this.api = api;
    this.copies = copies;
  }

  /** What is needed to look at the last import again. */
  record Result(boolean allCompleted, String lastJobId, Path lastFile, Path mappingFile) {}

  /** Imports entities, then what refers to them: user events and transactions. */
  Result run() throws IOException, InterruptedException {
    String mapping = new String(sample(MAPPING), StandardCharsets.UTF_8);
    JsonNode entities =
        importFile("/batch-import/import/entities", "entities.csv", Map.of(), "entity");
    JsonNode userEvents =
        importFile("/batch-import/import/user-events", "user-events.csv", Map.of(), "user-event");
    JsonNode transactions =
        importFile(
            "/batch-import/import/transactions",
            "transactions.csv",
            Map.of("columnMapping", mapping, "batchErrorHandling", "continue_collect_errors"),
            "transaction");
    return new Result(
        isCompleted(entities) && isCompleted(userEvents) && isCompleted(transactions),
        transactions.path("jobId").asText(),
        copies.resolve("transactions.csv"),
        copies.resolve(MAPPING));
  }

  private JsonNode importFile(
      String route, String name, Map<String, String> fields, String failuresOf)
      throws IOException, InterruptedException {
    byte[] file = sample(name);
    Console.say("%nImporting %s", name);
    String jobId = api.upload(route, name, file, fields).path("jobId").asText();
    JsonNode job = new JobWatch(api).toEnd(jobId);
    Console.line(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(job));
    Console.line(summary(name, job));
    showFailures(api.get("/batch-import/" + failuresOf + "-jobs/" + jobId + "/failures"));
    return job;
  }

  /** Every row of the file in one of four numbers. */
  static String summary(String name, JsonNode job) {
    return String.format(
        Locale.ROOT,
        "%s: %d rows = %d imported + %d skipped + %d refused + %d not processed",
        name,
        job.path("totalItems").asLong(),
        job.path("succeeded").asLong(),
        job.path("skipped").asLong(),
        job.path("failed").asLong(),
        job.path("unprocessed").asLong());
  }

  private static void showFailures(JsonNode answer) {
    int shown = 0;
    for (JsonNode failure : answer.path("failures")) {
      if (shown++ == FAILURES_SHOWN) {
        Console.line("  ...");
        return;
      }
      Console.say(
          "  line %s: %s %s",
          failure.path("rowNumber").asText("?"),
          failure.path("code").asText(),
          failure.path("message").asText());
    }
  }

  private byte[] sample(String name) throws IOException {
    try (InputStream resource = SampleImport.class.getResourceAsStream("/samples/" + name)) {
      if (resource == null) {
        throw new IOException("The sample " + name + " is not in the jar");
      }
      byte[] bytes = resource.readAllBytes();
      Files.createDirectories(copies);
      Files.write(copies.resolve(name), bytes);
      return bytes;
    }
  }

  private static boolean isCompleted(JsonNode job) {
    return job.path("status").asText().equals("completed");
  }
}
