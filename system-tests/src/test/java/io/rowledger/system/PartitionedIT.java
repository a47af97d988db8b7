package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tables of records become partitioned while the services run: docs/scaling.md. */
@Tag("full")
class PartitionedIT {
  private static final int ROWS = 5_000;
  private static final int MANY_ROWS = 100_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void theServicesWorkOnPartitionedTablesAsTheyDidBefore() throws SQLException {
    try (Stack stack =
        Stack.start("partitioned", "--workers", "1", "--worker-java-opts", Stack.SHORT_LEASES)) {
      // Given records, and a job in the middle of its rows that nobody works on
      Stack.Tenant tenant = stack.newTenant();
      Api api = tenant.api();
      assertExact(stack, api, imported(api, "before", ROWS), ROWS, 0);
      String open = accepted(api, "open", MANY_ROWS);
      try (Poller poller = new Poller(api, open)) {
        poller.untilSucceeded(1, PATIENCE);
      }
      control(api, open, "pause");
      assertThat(api.job(open).path("succeeded").asInt()).isBetween(1, MANY_ROWS - 1);

      // When
      partition(stack);

      // Then
      assertThat(
              stack
                  .table()
                  .all(
                      "SELECT relname FROM pg_class WHERE relkind = 'p' ORDER BY relname",
                      row -> row.getString(1)))
          .containsExactly("entities", "transactions", "user_events");
      assertThat(stack.table().count("SELECT count(*) FROM transactions"))
          .isEqualTo(stack.table().count("SELECT count(*) FROM transactions_whole"));
      control(api, open, "resume");
      assertExact(stack, api, open, MANY_ROWS, 0);
      assertExact(stack, api, imported(api, "before", ROWS), 0, ROWS);
      assertThat(api.get("/transactions/external/before-1").status()).isEqualTo(200);
      assertThat(partsAsked(stack, tenant.id())).hasSize(1);

      // And the api-service, whose migrations look over the tables at each start, starts again
      stack.restartTheApi();
      assertThat(api.get("/transactions/external/open-1").status()).isEqualTo(200);
      assertExact(stack, api, imported(api, "after", ROWS), ROWS, 0);
    }
  }

  private static void partition(Stack stack) throws SQLException {
    try (Connection connection = stack.table().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // As who owns the tables, or the next migration could not change them.
      statement.execute("SET LOCAL ROLE rowledger_migrator");
      statement.execute(Deployed.read("deploy/postgresql/partition-records.sql"));
      statement.execute(Deployed.read("core/src/main/resources/db/migration/afterMigrate.sql"));
      connection.commit();
    }
  }

  /** The partitions that the look-up of a worker touches. */
  private static List<String> partsAsked(Stack stack, UUID organization) {
    return stack
        .table()
        .all(
            "EXPLAIN SELECT external_id, job_id FROM transactions WHERE organization_id = '%s' AND external_id = ANY('{a,b}')"
                .formatted(organization),
            row -> row.getString(1))
        .stream()
        .filter(line -> line.contains(" on transactions_"))
        .toList();
  }

  private static String accepted(Api api, String prefix, int rows) {
    return api.accepted(
        Api.TRANSACTIONS,
        Generated.transactions(prefix, rows),
        Map.of("batchErrorHandling", "continue_collect_errors"));
  }

  private static String imported(Api api, String prefix, int rows) {
    String job = accepted(api, prefix, rows);
    try (Poller poller = new Poller(api, job)) {
      poller.toEnd(PATIENCE);
    }
    return job;
  }

  private static void assertExact(Stack stack, Api api, String jobId, int succeeded, int skipped) {
    try (Poller poller = new Poller(api, jobId)) {
      JsonNode job = poller.toEnd(PATIENCE);
      assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
      assertThat(job.path("succeeded").asInt()).isEqualTo(succeeded);
      assertThat(job.path("skipped").asInt()).isEqualTo(skipped);
    }
    stack.table().assertEachRowOnce("transactions", jobId, succeeded, 0, skipped);
  }

  private static void control(Api api, String job, String action) {
    Api.Answer answer =
        api.post("/batch-import/jobs/" + job + "/control", "{\"action\":\"%s\"}".formatted(action));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
  }
}
