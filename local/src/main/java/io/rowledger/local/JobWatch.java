package io.rowledger.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Follows one job to its end and shows how far it is. */
final class JobWatch {
  private static final Set<String> TERMINAL =
      Set.of("completed", "failed", "cancelled", "interrupted");
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int BAR = 30;

  private final ApiClient api;
  private String lastShown = "";

  JobWatch(ApiClient api) {
    this.api = api;
  }

  /**
   * Waits for the end of a job.
   *
   * @return the job object
   * @throws IOException when the API refuses, or the job takes more than ten minutes
   */
  JsonNode toEnd(String jobId) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode job = api.get("/batch-import/jobs/" + jobId).path("job");
      show(job);
      if (TERMINAL.contains(job.path("status").asText())) {
        if (Console.isTerminal()) {
          Console.line("");
        }
        return job;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("Job " + jobId + " did not end within " + PATIENCE);
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private void show(JsonNode job) {
    String text = bar(job);
    if (text.equals(lastShown)) {
      return;
    }
    lastShown = text;
    if (Console.isTerminal()) {
      Console.redraw(text);
    } else {
      Console.line(text);
    }
  }

  /** One line: a bar over the rows that are settled, and the counters. */
  static String bar(JsonNode job) {
    long total = job.path("totalItems").asLong();
    long settled = total - job.path("unprocessed").asLong();
    int filled = total == 0 ? BAR : Math.toIntExact(settled * BAR / total);
    return String.format(
        Locale.ROOT,
        "  [%s%s] %d/%d  %s",
        "#".repeat(filled),
        ".".repeat(BAR - filled),
        settled,
        total,
        job.path("status").asText());
  }
}
