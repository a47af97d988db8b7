package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The API dies between an upload and its answer, before the commit or right after it. The client
 * cannot know which, and sends the same again under the same key.
 */
class IdempotencyIT {
  private static final int ROWS = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Stack stack = Stacks.oneWorker();
  private final Stack.Tenant tenant = stack.newTenant();
  private final String key = UUID.randomUUID().toString();
  private final String csv = Generated.transactions("again", ROWS);

  @Test
  void killedBeforeTheCommitAndSentAgainItIsOneJob() throws SQLException {
    // Given an upload that has sent its rows and waits with the commit
    CompletableFuture<Optional<Api.Answer>> cutOff;
    try (Connection connection = stack.table().connect()) {
      holdSubmissions(connection);
      cutOff = CompletableFuture.supplyAsync(this::uploadOrNothing);
      await("the upload waits for its turn to commit")
          .atMost(PATIENCE)
          .until(() -> stack.table().count(WAITING) > 0);

      // When
      Stack.signal("KILL", stack.pid("api-service"));
      assertThat(cutOff.join()).isEmpty();
    }

    // Then
    assertOneJob(sendAgain());
  }

  @Test
  void killedBetweenTheCommitAndTheAnswerAndSentAgainItIsOneJob() throws SQLException {
    // Given
    CompletableFuture<Optional<Api.Answer>> cutOff;
    long api = stack.pid("api-service");
    try (Connection connection = stack.table().connect()) {
      holdSubmissions(connection);
      cutOff = CompletableFuture.supplyAsync(this::uploadOrNothing);
      await("the upload waits for its turn to commit")
          .atMost(PATIENCE)
          .until(() -> stack.table().count(WAITING) > 0);

      // When it may go on, and dies as soon as its job can be seen
      connection.rollback();
      while (jobs().isEmpty()) {
        Thread.onSpinWait();
      }
      Stack.signal("KILL", api);
    }
    cutOff.join();
    UUID committed = jobs().get(0);

    // Then
    Api.Answer again = sendAgain();
    assertThat(again.body().path("jobId").asText()).isEqualTo(committed.toString());
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertOneJob(again);
  }

  /** What an upload of this database waits for when the row of its organisation is locked. */
  private static final String WAITING =
      """
      SELECT count(*) FROM pg_stat_activity
       WHERE wait_event_type = 'Lock' AND query LIKE '%FROM organization%FOR NO KEY UPDATE%'
         AND pid <> pg_backend_pid()
      """;

  private void holdSubmissions(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement lock =
        connection.prepareStatement("SELECT 1 FROM organization WHERE id = ? FOR NO KEY UPDATE")) {
      lock.setObject(1, tenant.id());
      lock.executeQuery().close();
    }
  }

  private Optional<Api.Answer> uploadOrNothing() {
    try {
      return Optional.of(tenant.api().upload(Api.TRANSACTIONS, csv, key));
    } catch (UncheckedIOException noAnswer) {
      return Optional.empty();
    }
  }

  private Api.Answer sendAgain() {
    return await("the API is back")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(this::uploadOrNothing, answer -> answer.filter(a -> a.status() == 202).isPresent())
        .orElseThrow();
  }

  private void assertOneJob(Api.Answer again) {
    String jobId = again.body().path("jobId").asText();
    assertThat(jobs()).extracting(UUID::toString).containsExactly(jobId);
    Api.Answer third = tenant.api().upload(Api.TRANSACTIONS, csv, key);
    assertThat(third.body()).isEqualTo(again.body());
    assertThat(third.headers().firstValue("Idempotency-Replayed")).contains("true");
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      JsonNode job = poller.toEnd(PATIENCE);
      assertThat(job.path("outcome").asText()).as(job.toString()).isEqualTo("all_succeeded");
    }
    stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
    assertThat(jobs()).hasSize(1);
  }

  private List<UUID> jobs() {
    return stack
        .table()
        .all(
            "SELECT id FROM import_job WHERE organization_id = ?",
            row -> row.getObject(1, UUID.class),
            tenant.id());
  }
}
