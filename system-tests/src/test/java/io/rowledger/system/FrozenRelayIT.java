package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The process that sends everybody's events freezes inside the transaction that gives it the right.
 */
@Tag("full")
class FrozenRelayIT {
  /** PostgreSQL ends a transaction that is idle for a minute. */
  private static final Duration RELAYED_WITHIN = Duration.ofSeconds(90);

  private static final String WHO_RELAYS =
      """
      SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
       WHERE l.locktype = 'advisory' AND l.granted AND a.state = 'idle in transaction'
      """;

  private final Stack stack = Stacks.oneWorker();

  @Test
  void anotherProcessSendsTheEvents() throws SQLException {
    // Given a relay that waits for a broker which does not answer
    Stack.Tenant tenant = stack.newTenant();
    UUID job = UUID.randomUUID();
    long broker = stack.pid("kafka");
    long frozen;
    Stack.signal("STOP", broker);
    try {
      addEvent(tenant, job);
      String name =
          await("a relay waits for the broker")
              .atMost(Duration.ofSeconds(30))
              .pollInterval(Duration.ofMillis(20))
              .until(
                  () -> stack.table().one(WHO_RELAYS, row -> row.getString(1)), Optional::isPresent)
              .orElseThrow();
      frozen = stack.pid(name.equals("rowledger-api") ? "api-service" : "import-worker-1");

      // When it freezes
      Stack.signal("STOP", frozen);
    } finally {
      Stack.signal("CONT", broker);
    }

    // Then
    try {
      assertThat(stack.table().one(WHO_RELAYS, row -> row.getString(1))).isPresent();
      await("the event is sent")
          .atMost(RELAYED_WITHIN)
          .until(
              () -> stack.table().count("SELECT count(*) FROM outbox WHERE job_id = ?", job) == 0);
    } finally {
      Stack.signal("CONT", frozen);
    }
    assertThat(JobEvents.typesOf(stack, job.toString()))
        .containsExactly("io.rowledger.job.queued.v1");
  }

  private void addEvent(Stack.Tenant tenant, UUID job) throws SQLException {
    try (Connection connection = stack.table().connect();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO outbox (event_id, job_id, organization_id, event_type, job_kind, data)
                VALUES (gen_random_uuid(), ?, ?, 'io.rowledger.job.queued.v1', 'transaction_batch', '{}')
                """)) {
      insert.setObject(1, job);
      insert.setObject(2, tenant.id());
      insert.executeUpdate();
    }
  }
}
