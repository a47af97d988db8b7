package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the file: 100 MB pass through services of 128 MB each. */
@Tag("full")
class SmallHeapIT {
  private static final int ROWS = 900_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Test
  void aLargeFileIsImportedByServicesThatCouldNotHoldIt(@TempDir Path directory)
      throws IOException {
    // Given
    Path file = directory.resolve("large.csv");
    write(file);
    assertThat(Files.size(file)).isGreaterThan(100_000_000);
    try (Stack stack = Stack.start("small-heap", "--api-heap", "128m", "--worker-heap", "128m")) {
      Stack.Tenant tenant = stack.newTenant();
      long api = stack.pid("api-service");
      long worker = stack.pid("import-worker-1");

      // When
      long began = System.nanoTime();
      String jobId =
          tenant
              .api()
              .accepted(
                  Api.TRANSACTIONS, file, Map.of("batchErrorHandling", "continue_collect_errors"));
      Duration accepted = Duration.ofNanos(System.nanoTime() - began);
      JsonNode job;
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        job = poller.toEnd(PATIENCE);
      }
      System.out.printf(
          Locale.ROOT,
          "100 MB, %d rows: accepted after %.1f s, imported after %.1f s%n",
          ROWS,
          accepted.toMillis() / 1000.0,
          (System.nanoTime() - began) / 1e9);

      // Then
      assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
      assertThat(job.path("succeeded").asInt()).isEqualTo(ROWS);
      assertThat(job.path("attempt").asInt()).isZero();
      stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
      assertThat(stack.pid("api-service")).as("the API did not die of it").isEqualTo(api);
      assertThat(stack.pid("import-worker-1")).as("nor did the worker").isEqualTo(worker);
    }
  }

  private static void write(Path file) throws IOException {
    String filling = "x".repeat(40);
    try (Writer csv = Files.newBufferedWriter(file)) {
      csv.write(Generated.HEADER);
      for (int row = 1; row <= ROWS; row++) {
        csv.write(
            String.format(
                Locale.ROOT,
                "large-%08d,PAYMENT,%d.25,EUR,2026-01-31T10:15:30Z,Invoice %08d %s\n",
                row,
                row % 1000,
                row,
                filling));
      }
    }
  }
}
