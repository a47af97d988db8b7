package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.testkit.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The init container of deploy/kubernetes: the api-service as a process that only migrates. */
class MigrationStepIT {

  @Test
  void itMigratesAndEndsWithoutServingAndWithoutKafka(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("migrate.log");
    try (EmbeddedPostgresServer postgres = EmbeddedPostgresServer.start()) {
      // Given
      String url = postgres.jdbcUrl(postgres.createDatabase());
      ProcessBuilder migrate =
          new ProcessBuilder(Packaged.service("api-service").command(List.of("-Xmx256m")));
      migrate
          .environment()
          .putAll(
              Map.of(
                  "QUARKUS_INIT_AND_EXIT",
                  "true",
                  "QUARKUS_FLYWAY_MIGRATE_AT_START",
                  "true",
                  "QUARKUS_FLYWAY_JDBC_URL",
                  url,
                  "QUARKUS_FLYWAY_USERNAME",
                  postgres.username(),
                  "QUARKUS_FLYWAY_PASSWORD",
                  postgres.password(),
                  "QUARKUS_DATASOURCE_JDBC_URL",
                  url,
                  "KAFKA_BOOTSTRAP_SERVERS",
                  "localhost:" + FreePorts.next(),
                  "ROWLEDGER_CRYPTO_MASTER_KEY",
                  Base64.getEncoder().encodeToString(new byte[32])));
      // A role that cannot log in: only the owner of the tables is needed.
      migrate.environment().put("QUARKUS_DATASOURCE_USERNAME", "nobody");
      migrate.environment().put("QUARKUS_DATASOURCE_PASSWORD", "wrong");

      // When
      Process process = migrate.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      try {
        process.getOutputStream().close();

        // Then
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends, see " + log).isTrue();
        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("Successfully applied").doesNotContain("Listening on");
        try (Connection connection =
                DriverManager.getConnection(url, postgres.username(), postgres.password());
            Statement statement = connection.createStatement();
            ResultSet jobs = statement.executeQuery("SELECT count(*) FROM import_job")) {
          assertThat(jobs.next()).isTrue();
          assertThat(jobs.getLong(1)).isZero();
        }
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
