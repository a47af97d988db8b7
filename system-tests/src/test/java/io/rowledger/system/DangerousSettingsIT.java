package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is started on one broker without saying that it means to. */
class DangerousSettingsIT {
  private final Stack stack = Stacks.oneWorker();
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void itDoesNotBecomeReadyAndSaysWhyAndWhatTheOverrideIsCalled(@TempDir Path directory)
      throws Exception {
    // Given
    int port = FreePorts.next();
    Path log = directory.resolve("worker.log");
    ProcessBuilder worker =
        new ProcessBuilder(Packaged.service("import-worker").command(List.of()));
    worker
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_HTTP_HOST", "localhost",
                "QUARKUS_DATASOURCE_JDBC_URL", stack.jdbcUrl(),
                "KAFKA_BOOTSTRAP_SERVERS", stack.kafka(),
                "ROWLEDGER_CRYPTO_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32])));
    worker.environment().remove("ROWLEDGER_STARTUP_ALLOW");
    QuickJava.putInto(worker.environment());

    // When
    Process process = worker.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      // Then
      await("the worker says what is wrong, see " + log)
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () -> {
                HttpResponse<String> ready = get("http://localhost:" + port + "/q/health/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body())
                    .contains("kafka-replication-factor", "kafka-min-insync-replicas")
                    .contains(
                        "topic batch-import.rows: min.insync.replicas is 1, should be at least 2")
                    .doesNotContain("kafka-retention-time", "postgresql-");
              });
      assertThat(Files.readString(log))
          .contains("rowledger.startup.allow=kafka-replication-factor");
      assertThat(get("http://localhost:" + port + "/q/health/live").statusCode()).isEqualTo(200);
      assertThat(get(stack.url() + "/q/health/ready").statusCode()).isEqualTo(200);
    } finally {
      // In order: the broker would give tickets to a dead member of the group for 45 s.
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
