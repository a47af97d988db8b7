package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL goes back to an earlier moment and Kafka does not: docs/backup.md. The backup is a
 * copy of the database, made while a job was in the middle of its rows.
 */
@Tag("full")
class RestoreIT {
  private static final int ROWS = 200_000;
  private static final int FEW_ROWS = 3_000;
  private static final int OTHER_ROWS = 60_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Small transactions: there is time for a copy between two of them. */
  private static final String SLOWLY =
      Stack.SHORT_LEASES
          + " -Drowledger.worker.transaction-rows=2000 -Drowledger.worker.transaction-chunks=1";

  /** As many as there were. */
  private static final int PARTITIONS = 6;

  private static final Pattern DATABASE = Pattern.compile("(jdbc:postgresql://[^/]+/)([^?]+)(.*)");

  /** The step that an operator takes, as the manual has it. */
  private static final Pattern RAISE_NUMBERS = Pattern.compile("SELECT setval\\(.*;");

  @Test
  void openJobsGoOnAndWhatCameAfterTheBackupCanBeSentAgain() throws SQLException {
    try (Stack stack = Stack.start("restore", "--workers", "1", "--worker-java-opts", SLOWLY)) {
      Api api = stack.newTenant().api();

      // Given a backup from the middle of a job
      String open = accepted(api.upload(Api.TRANSACTIONS, csv("open", ROWS), "open"));
      await("a job in the middle of its rows")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> chunksDone(stack, open) >= 5);
      backUp(stack);
      assertThat(atBackup(stack, open)).isBetween(5, ROWS / 2_000 - 1);

      // And much that happened after it
      assertThat(ended(stack, open)).isEqualTo("completed");
      String lost = accepted(api.upload(Api.TRANSACTIONS, csv("lost", FEW_ROWS), "lost"));
      assertThat(ended(stack, lost)).isEqualTo("completed");
      String highest = sequences(stack, lost, "completed").get(0);
      assertThat(sequences(stack, open, "completed").get(0)).isLessThan(highest);

      // When
      restore(stack);

      // Then the open job ends once more, with every row there once
      assertThat(ended(stack, open)).isEqualTo("completed");
      assertThat(stack.table().count("SELECT count(*) FROM transactions")).isEqualTo(ROWS);
      stack.table().assertEachRowOnce("transactions", open, ROWS, 0, 0);
      try (Poller poller = new Poller(api, open)) {
        JsonNode job = poller.toEnd(PATIENCE);
        assertThat(job.path("succeeded").asInt()).isEqualTo(ROWS);
      }

      // And its new end has a higher number than all that was told before
      assertThat(sequences(stack, open, "completed"))
          .hasSize(2)
          .last()
          .satisfies(number -> assertThat(number).isGreaterThan(highest));

      // And the job that was accepted after the backup is not there and can be sent again
      assertThat(api.get("/batch-import/jobs/" + lost).status()).isEqualTo(404);
      String again = accepted(api.upload(Api.TRANSACTIONS, csv("lost", FEW_ROWS), "lost"));
      assertThat(again).isNotEqualTo(lost);
      assertThat(ended(stack, again)).isEqualTo("completed");
      stack.table().assertEachRowOnce("transactions", again, FEW_ROWS, 0, 0);
    }
  }

  @Test
  void aJobWhoseRowsKafkaLostEndsAndNeverImportsOthers() throws Exception {
    try (Stack stack = Stack.start("kafka-lost", "--workers", "1", "--worker-java-opts", SLOWLY)) {
      Api api = stack.newTenant().api();

      // Given a job in the middle of its rows
      String open = accepted(api.upload(Api.TRANSACTIONS, csv("open", ROWS), collecting()));
      await("a job in the middle of its rows")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> chunksDone(stack, open) >= 5);
      control(api, open, "pause");
      int done = api.job(open).path("succeeded").asInt();

      // When the topic is made anew, and rows of others are where its rows have been
      makeAnew(stack, "batch-import.rows");
      assertThat(api.upload(Api.TRANSACTIONS, csv("at once", FEW_ROWS), collecting()).status())
          .as("an upload is answered, although records may be on their way to the old topic")
          .isIn(202, 503);
      stack.restartTheApi();
      String other = uploadInto(stack, api, partition(stack, open));
      assertThat(ended(stack, other)).isEqualTo("completed");
      control(api, open, "resume");

      // Then
      assertThat(ended(stack, open)).isEqualTo("interrupted");
      JsonNode job = api.job(open);
      assertThat(job.path("workerError").asText()).startsWith("ROWS_EXPIRED");
      assertThat(job.path("succeeded").asInt()).isEqualTo(done);
      stack.table().assertEachRowOnce("transactions", other, OTHER_ROWS, 0, 0);
      assertThat(
              stack
                  .table()
                  .count(
                      "SELECT count(*) FROM transactions WHERE job_id = ?", UUID.fromString(open)))
          .isEqualTo(done);
    }
  }

  private static Map<String, String> collecting() {
    return Map.of("batchErrorHandling", "continue_collect_errors");
  }

  private static void control(Api api, String job, String action) {
    assertThat(
            api.post(
                    "/batch-import/jobs/" + job + "/control",
                    "{\"action\":\"%s\"}".formatted(action))
                .status())
        .isEqualTo(200);
  }

  /** Uploads until one of them is where that job's rows have been; returns it. */
  private static String uploadInto(Stack stack, Api api, int partition) {
    for (int i = 0; i < 60; i++) {
      String job =
          accepted(api.upload(Api.TRANSACTIONS, csv("other-" + i, OTHER_ROWS), collecting()));
      if (partition(stack, job) == partition) {
        return job;
      }
    }
    throw new AssertionError("no upload came into partition " + partition);
  }

  private static int partition(Stack stack, String job) {
    return stack
        .table()
        .one(
            """
            SELECT DISTINCT record_partition FROM upload_chunk c JOIN import_job j USING (upload_id) WHERE j.id = ?
            """,
            row -> row.getInt(1),
            UUID.fromString(job))
        .orElseThrow();
  }

  private static void makeAnew(Stack stack, String topic) throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka()))) {
      admin.deleteTopics(List.of(topic)).all().get();
      await("the topic is gone")
          .atMost(PATIENCE)
          .until(() -> !admin.listTopics().names().get().contains(topic));
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, PARTITIONS, (short) 1)
                      .configs(Map.of("retention.ms", "-1", "max.message.bytes", "1310720"))))
          .all()
          .get();
    }
  }

  private static String csv(String prefix, int rows) {
    return Generated.transactions(prefix, rows);
  }

  private static String accepted(Api.Answer answer) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
    return answer.body().path("jobId").asText();
  }

  private static int chunksDone(Stack stack, String job) {
    return stack
        .table()
        .one(
            "SELECT next_chunk FROM import_job WHERE id = ?",
            row -> row.getInt(1),
            UUID.fromString(job))
        .orElse(0);
  }

  /** By the table: the API has no promise to keep while the database is swapped under it. */
  private static String ended(Stack stack, String job) {
    return await("end of job " + job)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                stack
                    .table()
                    .one(
                        "SELECT status FROM import_job WHERE id = ? AND completed_at IS NOT NULL",
                        row -> row.getString(1),
                        UUID.fromString(job))
                    .orElse(""),
            status -> !status.isEmpty());
  }

  private static List<String> sequences(Stack stack, String job, String type) {
    return JobEvents.of(stack, job).stream()
        .map(JobEvents.Event::headers)
        .filter(headers -> type(headers).equals("io.rowledger.job." + type + ".v1"))
        .map(headers -> headers.getOrDefault("ce_sequence", ""))
        .toList();
  }

  private static String type(Map<String, String> headers) {
    return headers.getOrDefault("ce_type", "");
  }

  private static void backUp(Stack stack) throws SQLException {
    String name = name(stack);
    try (Connection server = connect(stack, "postgres")) {
      disconnectAll(server, name);
      execute(server, "CREATE DATABASE backup TEMPLATE " + name);
      execute(server, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
    }
  }

  private static int atBackup(Stack stack, String job) throws SQLException {
    try (Connection backup = connect(stack, "backup");
        Statement statement = backup.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT next_chunk FROM import_job WHERE completed_at IS NULL AND id = '"
                    + job
                    + "'")) {
      assertThat(row.next()).as("the job is open in the backup").isTrue();
      return row.getInt(1);
    }
  }

  private static void restore(Stack stack) throws SQLException {
    Matcher raise = RAISE_NUMBERS.matcher(Deployed.read("docs/backup.md"));
    assertThat(raise.find()).isTrue();
    try (Connection backup = connect(stack, "backup")) {
      execute(backup, raise.group());
    }
    String name = name(stack);
    try (Connection server = connect(stack, "postgres")) {
      disconnectAll(server, name);
      execute(server, "DROP DATABASE " + name);
      execute(server, "ALTER DATABASE backup RENAME TO " + name);
    }
  }

  private static void disconnectAll(Connection server, String name) throws SQLException {
    execute(server, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    execute(
        server,
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '"
            + name
            + "'");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String name(Stack stack) {
    return url(stack).group(2);
  }

  private static Connection connect(Stack stack, String database) throws SQLException {
    Matcher url = url(stack);
    return DriverManager.getConnection(url.group(1) + database + url.group(3));
  }

  private static Matcher url(Stack stack) {
    Matcher url = DATABASE.matcher(stack.jdbcUrl());
    assertThat(url.matches()).isTrue();
    return url;
  }
}
