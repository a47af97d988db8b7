package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A job takes one worker process after the other with it. It ends; nothing else does. */
@OnTwoWorkers
class PoisonIT {
  private static final int ROWS = 5_000;
  private static final int ROWS_OF_A_CHUNK = 2_000;
  private static final int POISON_ROW = 2_500;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Map<String, String> COLLECT =
      Map.of("batchErrorHandling", "continue_collect_errors");

  private final Stack stack = Stacks.twoWorkers();

  @Test
  void aJobThatKillsItsWorkersEndsWithItsPlaceAndTheFleetGoesOn() throws SQLException {
    // Given a row at which every worker is stopped, at this very place, until it is killed
    Stack.Tenant tenant = stack.newTenant();
    Stack.Tenant other = stack.newTenant();
    try (Connection blocker = stack.table().connect()) {
      blocker.setAutoCommit(false);
      takeKey(blocker, tenant.id(), "poison-" + POISON_ROW);
      String poison =
          tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions("poison", ROWS), COLLECT);
      try (Poller poller = new Poller(tenant.api(), poison)) {
        // When
        killAtTheRow(blocker, poison);

        // Then the chunk before it is imported, by a worker that goes a chunk at a time
        poller.untilSucceeded(ROWS_OF_A_CHUNK, PATIENCE);
        killAtTheRow(blocker, poison);
        // It has died twice; spare it two more times.
        await("taken over")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .until(() -> attempts(poison) == 1);
        spareTwoDeaths(poison);
        completes(other, "between");
        killAtTheRow(blocker, poison);
        completes(other, "later");
        killAtTheRow(blocker, poison);
        assertGivenUp(poller.toEnd(PATIENCE));
      }
      stack.table().assertEachRowOnce("transactions", poison, ROWS_OF_A_CHUNK, 0, 0);
      assertThat(JobEvents.typesOf(stack, poison))
          .endsWith("io.rowledger.job.interrupted.v1")
          .containsOnlyOnce("io.rowledger.job.interrupted.v1");
      completes(other, "after");
    }
  }

  private static void assertGivenUp(JsonNode job) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("interrupted");
    assertThat(job.path("outcome").asText()).isEqualTo("partial");
    assertThat(job.path("succeeded").asInt()).isEqualTo(ROWS_OF_A_CHUNK);
    assertThat(job.path("unprocessed").asInt()).isEqualTo(ROWS - ROWS_OF_A_CHUNK);
    assertThat(job.at("/metadata/apiError/code").asText()).isEqualTo("TOO_MANY_ATTEMPTS");
    // The first line of the file is its header.
    assertThat(job.at("/metadata/apiError/message").asText())
        .startsWith(
            "5 workers in a row did not come through the 2000 rows from row 2002 of file 1 on"
                + " (phase processing).");
    assertThat(job.path("workerError").asText())
        .isEqualTo("TOO_MANY_ATTEMPTS: " + job.at("/metadata/apiError/message").asText());
  }

  /** Whoever writes the same key waits for the end of this transaction. */
  private static void takeKey(Connection connection, UUID organization, String externalId)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO transactions (id, organization_id, job_id, file_number, row_number, external_id, type,
                                      amount, currency, status, transacted_at)
            VALUES (gen_random_uuid(), ?, gen_random_uuid(), 1, 1, ?, 'PAYMENT', 1, 'EUR', 'CREATED', now())
            """)) {
      insert.setObject(1, organization);
      insert.setString(2, externalId);
      insert.executeUpdate();
    }
  }

  private void killAtTheRow(Connection blocker, String jobId) throws SQLException {
    int pid;
    try (Statement statement = blocker.createStatement();
        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      pid = row.getInt(1);
    }
    await("a worker stands at the row")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                stack
                        .table()
                        .count(
                            """
                            SELECT count(*) FROM pg_stat_activity a JOIN import_job j ON a.pid = ANY (j.lease_pids)
                             WHERE j.id = ? AND ? = ANY (pg_blocking_pids(a.pid))
                            """,
                            UUID.fromString(jobId),
                            pid)
                    == 1);
    long worker = stack.table().holder(jobId).orElseThrow();
    Stack.signal("KILL", worker);
    await("its lease is taken away")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> stack.table().holder(jobId).filter(holder -> holder == worker).isEmpty());
  }

  private void completes(Stack.Tenant tenant, String prefix) {
    String job =
        tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions(prefix, 10), COLLECT);
    try (Poller poller = new Poller(tenant.api(), job)) {
      assertThat(poller.toEnd(PATIENCE).path("outcome").asText()).isEqualTo("all_succeeded");
    }
  }

  private long attempts(String jobId) {
    return stack
        .table()
        .count("SELECT attempt FROM import_job WHERE id = ?", UUID.fromString(jobId));
  }

  /** Each takes some seconds: a lease has to run out, and a process to start. */
  private void spareTwoDeaths(String jobId) {
    List<Integer> spared =
        stack
            .table()
            .all(
                "UPDATE import_job SET attempt = attempt + 2 WHERE id = ? RETURNING attempt",
                row -> row.getInt(1),
                UUID.fromString(jobId));
    assertThat(spared).containsExactly(3);
  }
}
