package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A worker freezes inside an open transaction for longer than its lease, as a paused virtual
 * machine does, and wakes up believing that nothing happened. Here it is inside COPY, and has to
 * work alone afterwards; {@link WorkerFaultsIT} freezes it around its guard.
 */
@Tag("full")
@OnTwoWorkers
class FrozenWorkerIT {
  private static final int ROWS = 40_000;
  private static final int HELD_ROW = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** The backend of the worker that holds the job, while its transaction is open. */
  private static final String OPEN_TRANSACTION =
      """
      SELECT a.pid FROM pg_stat_activity a JOIN import_job j ON a.pid = ANY(j.lease_pids)
       WHERE j.id = ? AND a.query LIKE 'COPY transactions%' AND a.xact_start IS NOT NULL
      """;

  @Test
  void whoWasFrozenLosesAndWritesNothing() throws SQLException {
    Stack stack = Stacks.twoWorkers();
    Table table = stack.table();
    Stack.Tenant tenant = stack.newTenant();
    String jobId;
    long frozen;
    int backend;

    // Given a COPY that waits for a key which we have inserted and not committed
    try (Connection ours = table.connect()) {
      ours.setAutoCommit(false);
      insert(ours, tenant.id(), "frozen-" + HELD_ROW);
      jobId =
          tenant
              .api()
              .accepted(
                  Api.TRANSACTIONS,
                  Generated.transactions("frozen", ROWS),
                  Map.of("batchErrorHandling", "continue_collect_errors"));
      backend = backendThatWaits(table, jobId);
      frozen = table.holder(jobId).orElseThrow();

      // When its worker freezes, and nothing else is in the way of the COPY any more
      Stack.signal("STOP", frozen);
      ours.rollback();
    }
    try {
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        assertThat(openTransaction(table, jobId)).contains(backend);
        await("takeover")
            .atMost(Duration.ofSeconds(3 + 10))
            .until(() -> table.holder(jobId).filter(pid -> pid != frozen).isPresent());

        // Then
        assertAllIn(poller.toEnd(PATIENCE));
      }
      assertThat(table.count("SELECT count(*) FROM pg_stat_activity WHERE pid = ?", backend))
          .as("the transaction of the frozen worker was ended")
          .isZero();
      table.assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
    } finally {
      Stack.signal("CONT", frozen);
    }

    // When it is the only one awake
    assertThat(workersThatWork(stack)).contains(frozen);
    long other =
        workersThatWork(stack).stream().filter(pid -> pid != frozen).findFirst().orElseThrow();
    Stack.signal("STOP", other);
    try {
      String next =
          tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions("woken", ROWS), Map.of());
      try (Poller poller = new Poller(tenant.api(), next)) {
        await("the woken worker claims")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> table.holder(next).filter(pid -> pid == frozen).isPresent());
        assertAllIn(poller.toEnd(PATIENCE));
      }
      table.assertEachRowOnce("transactions", next, ROWS, 0, 0);
    } finally {
      Stack.signal("CONT", other);
    }

    // Then it has lived on, and the job it lost is as the other worker left it
    assertThat(workersThatWork(stack)).contains(frozen);
    assertAllIn(tenant.api().job(jobId));
    table.assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
    assertThat(JobEvents.typesOf(stack, jobId)).containsOnlyOnce("io.rowledger.job.completed.v1");
  }

  private static int backendThatWaits(Table table, String jobId) {
    return await("a COPY that waits for us")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                table.one(
                    OPEN_TRANSACTION + " AND a.wait_event_type = 'Lock'",
                    row -> row.getInt(1),
                    UUID.fromString(jobId)),
            Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<Integer> openTransaction(Table table, String jobId) {
    return table.one(OPEN_TRANSACTION, row -> row.getInt(1), UUID.fromString(jobId));
  }

  private static List<Long> workersThatWork(Stack stack) {
    return List.of(stack.pid("import-worker-1"), stack.pid("import-worker-2"));
  }

  private static void assertAllIn(JsonNode job) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("succeeded").asInt()).isEqualTo(ROWS);
  }

  private static void insert(Connection connection, UUID organization, String externalId)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO transactions (id, organization_id, job_id, file_number, row_number, external_id,
                type, amount, currency, status, transacted_at)
            VALUES (gen_random_uuid(), ?, gen_random_uuid(), 1, 1, ?, 'PAYMENT', 1, 'EUR', 'CREATED', now())
            """)) {
      insert.setObject(1, organization);
      insert.setString(2, externalId);
      insert.executeUpdate();
    }
  }
}
