package io.rowledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rowledger.testkit.EmbeddedPostgresServer.StopMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedPostgresServerTest {
  private static EmbeddedPostgresServer server;

  @BeforeAll
  static void start() {
    server = EmbeddedPostgresServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "fsync, on",
    "synchronous_commit, on",
    "full_page_writes, on",
    "max_connections, 300",
    "wal_level, replica"
  })
  void isAsDurableAsInProduction(String setting, String expected) throws SQLException {
    assertThat(show(server, setting)).isEqualTo(expected);
  }

  @Test
  void isTheVersionWeClaim() throws SQLException {
    assertThat(show(server, "server_version")).startsWith("18.");
  }

  @Test
  void hasAnOddTimeZoneForSessionsThatDoNotSetOne() throws SQLException {
    assertThat(queryString(server, "SHOW TimeZone")).isEqualTo("America/Los_Angeles");
  }

  @ParameterizedTest
  @EnumSource(StopMode.class)
  void keepsCommittedRowsAndItsPortOverARestart(StopMode mode) throws SQLException {
    // Given
    String table = "kept_" + mode.name().toLowerCase(java.util.Locale.ROOT);
    execute(server, "CREATE TABLE " + table + " AS SELECT 42 AS answer");
    String url = server.jdbcUrl();
    long pid = server.pid();

    // When
    server.restart(mode);

    // Then
    assertThat(server.jdbcUrl()).isEqualTo(url);
    assertThat(server.pid()).isNotEqualTo(pid);
    assertThat(queryString(server, "SELECT answer FROM " + table)).isEqualTo("42");
  }

  @Test
  void startsAgainAfterItsPostmasterWasKilled() throws SQLException {
    // Given
    execute(server, "CREATE TABLE survives_a_kill AS SELECT 42 AS answer");
    ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
    await().untilAsserted(() -> assertThat(server.isRunning()).isFalse());

    // When
    server.resume();

    // Then
    assertThat(queryString(server, "SELECT answer FROM survives_a_kill")).isEqualTo("42");
  }

  @ParameterizedTest
  @CsvSource({"FAST, false", "IMMEDIATE, true"})
  void recoversFromTheLogOnlyAfterAnImmediateStop(
      StopMode mode, boolean recovers, @TempDir Path directory) throws IOException {
    // Given
    Path log = directory.resolve("postgres.log");
    try (EmbeddedPostgresServer logging =
        EmbeddedPostgresServer.builder()
            .dataDirectory(directory.resolve("data"))
            .logFile(log)
            .start()) {

      // When
      logging.restart(mode);

      // Then
      assertThat(Files.readString(log).contains("was not properly shut down")).isEqualTo(recovers);
    }
  }

  @Test
  void keepsGivenDirectoriesAcrossServers(@TempDir Path directory) throws SQLException {
    // Given
    Path data = directory.resolve("pg");
    try (EmbeddedPostgresServer first =
        EmbeddedPostgresServer.builder().dataDirectory(data).start()) {
      execute(first, "CREATE TABLE kept AS SELECT 'yes' AS answer");
    }

    // When
    try (EmbeddedPostgresServer second =
        EmbeddedPostgresServer.builder().dataDirectory(data).start()) {

      // Then
      assertThat(queryString(second, "SELECT answer FROM kept")).isEqualTo("yes");
    }
  }

  private static String show(EmbeddedPostgresServer of, String setting) throws SQLException {
    return queryString(of, "SHOW " + setting);
  }

  private static String queryString(EmbeddedPostgresServer of, String sql) throws SQLException {
    try (Connection connection = of.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  private static void execute(EmbeddedPostgresServer on, String sql) throws SQLException {
    try (Connection connection = on.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
