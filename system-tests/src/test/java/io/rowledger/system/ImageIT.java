package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Both images, put together without a container engine: what is in them starts with a read-only
 * root, as a user that nobody has heard of, with the class cache that was made for it, and imports.
 */
@Tag("full")
class ImageIT {
  private static final int USER = 12345;
  private static final int GROUP = 0;
  private static final int ROWS = 3_000;
  private static final String KEY = "rl_test_" + "k".repeat(43);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Path WORK = Path.of(System.getProperty("rowledger.work"), "images");

  private EmbeddedPostgresServer postgres;
  private EmbeddedKafkaBroker kafka;
  private String database;

  @BeforeEach
  void start() {
    postgres = EmbeddedPostgresServer.builder().start();
    database = postgres.createDatabase();
    DatabaseRoles.prepare(postgres, database);
    kafka = EmbeddedKafkaBroker.start();
  }

  @AfterEach
  void stop() {
    if (kafka != null) {
      kafka.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void bothImagesRunAsAnybodyOnARootThatIsReadOnly() throws Exception {
    // Given
    ImageFiles.Image api = ImageFiles.build("Dockerfile.jvm", "api-service", WORK.resolve("api"));
    ImageFiles.Image worker =
        ImageFiles.build("Dockerfile.jvm", "import-worker", WORK.resolve("worker"));
    for (ImageFiles.Image image : List.of(api, worker)) {
      assertThat(image.user()).as("a number that is not root's").matches("[1-9]\\d*:[1-9]\\d*");
    }
    int port = FreePorts.next();
    Map<String, String> ofApi = environment(DatabaseRoles.settingsOfApi(postgres, database), port);
    ofApi.put("ROWLEDGER_INTAKE_SPOOL_DIRECTORY", ImageFiles.SPOOL);
    ofApi.put("ROWLEDGER_INTAKE_SPOOL_MAX_BYTES", "1073741824");

    // When
    Process apiProcess = api.start(USER, GROUP, ofApi, WORK.resolve("api.log"));
    Process workerProcess =
        worker.start(
            USER,
            GROUP,
            environment(DatabaseRoles.settingsOfWorker(postgres, database), FreePorts.next()),
            WORK.resolve("worker.log"));
    try {
      Api caller = new Api("http://localhost:" + port, KEY);
      await("the API is ready, see " + WORK)
          .atMost(PATIENCE)
          .ignoreException(UncheckedIOException.class)
          .until(() -> !apiProcess.isAlive() || caller.get("/q/health/ready").status() == 200);
      String jobId =
          caller.accepted(
              Api.TRANSACTIONS, Generated.transactions("image", ROWS), Aftermath.EVERY_ROW);

      // Then
      JsonNode job =
          await("the job ends, see " + WORK)
              .atMost(PATIENCE)
              .until(() -> caller.job(jobId), it -> !it.path("completedAt").isNull());
      assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
      assertThat(job.path("succeeded").asInt()).isEqualTo(ROWS);
      for (Process process : List.of(apiProcess, workerProcess)) {
        assertThat(ofProcess(process, "status"))
            .as("user and group: real, effective, saved, of files")
            .contains("Uid:\t" + (USER + "\t").repeat(3) + USER)
            .contains("Gid:\t" + (GROUP + "\t").repeat(3) + GROUP)
            .contains("CapEff:\t0000000000000000");
        assertThat(mount(process, "/")).as("the root").startsWith("ro,");
        assertThat(mount(process, "/tmp")).as("the volume").startsWith("rw,");
      }
      for (Process process : List.of(apiProcess, workerProcess)) {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      }
    } finally {
      apiProcess.destroyForcibly();
      workerProcess.destroyForcibly();
    }
  }

  private Map<String, String> environment(Map<String, String> settings, int port) {
    Map<String, String> environment = new HashMap<>();
    settings.forEach(
        (name, value) ->
            environment.put(
                name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), value));
    environment.putAll(
        Map.of(
            "QUARKUS_HTTP_PORT", Integer.toString(port),
            "QUARKUS_HTTP_HOST", "localhost",
            "QUARKUS_OIDC_TENANT_ENABLED", "false",
            "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
            "ROWLEDGER_STARTUP_ALLOW", EmbeddedKafkaBroker.ALLOW,
            "ROWLEDGER_CRYPTO_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "ROWLEDGER_BOOTSTRAP_ORGANIZATION", "images",
            "ROWLEDGER_BOOTSTRAP_API_KEY", KEY,
            // A cache that does not fit is an error here, and not just slow.
            "JAVA_TOOL_OPTIONS", "-XX:AOTMode=on"));
    return environment;
  }

  /** How something is mounted, as the process sees it. */
  private static String mount(Process process, String point) throws IOException {
    return ofProcess(process, "mountinfo")
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(words -> words[4].equals(point))
        .reduce((first, last) -> last)
        .map(words -> words[5] + ",")
        .orElse("not mounted");
  }

  private static String ofProcess(Process process, String what) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(process.pid()), what));
  }
}
