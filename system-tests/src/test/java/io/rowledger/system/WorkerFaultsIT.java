package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A worker dies, freezes or loses its connection, each time at one exact point of its work. There
 * is another one, and what was lost is done again.
 */
@OnTwoWorkers
@ByFaultRule
class WorkerFaultsIT {
  private static final String[] WORKERS = {"import-worker-1", "import-worker-2"};
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Stack stack = Stacks.twoWorkers();
  private final Stack.Tenant tenant = stack.newTenant();

  @Test
  void killedBeforeItsClaimIsCommitted() {
    killedAt("killed-before-claim", Aftermath.File.mixed("before-claim"), Aftermath.EVERY_ROW);
  }

  @Test
  void killedAfterItsClaim() {
    killedAt("killed-after-claim", Aftermath.File.mixed("after-claim"), Aftermath.EVERY_ROW);
  }

  @Test
  void killedInsideAChunk() {
    killedAt("killed-inside-chunk", Aftermath.File.mixed("inside-chunk"), Aftermath.EVERY_ROW);
  }

  @Test
  void killedAfterAChunksCommit() {
    killedAt("killed-after-commit", Aftermath.File.mixed("after-commit"), Aftermath.EVERY_ROW);
  }

  @Test
  void killedAfterTheLastChunkBeforeTheFinish() {
    killedAt("killed-before-finish", Aftermath.File.mixed("before-finish"), Aftermath.EVERY_ROW);
  }

  @Test
  void killedWhileAllRowsAreApplied() {
    killedAt("killed-while-applying", Aftermath.File.flawless("applying"), Map.of());
  }

  @Test
  void frozenInsideAChunkAndWokenItLoses() {
    frozenAt("held-inside-chunk");
  }

  @Test
  void frozenBetweenGuardAndCommitAndWokenItLoses() {
    frozenAt("held-before-commit");
  }

  @Test
  void connectionTerminatedBeforeCommitArrives() {
    // Given
    Aftermath.File file = Aftermath.File.mixed("terminated");
    try (FaultPoint point = FaultPoint.in(stack, "chunk-at-commit", tenant.id(), WORKERS)) {
      String jobId = accepted(file, Aftermath.EVERY_ROW);
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        point.awaitHeld();

        // When both its connections are
        assertThat(terminateRunner(jobId)).isEqualTo(2);
        point.release();

        // Then the first chunk is done again
        Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);
      }
    }
  }

  @Test
  void connectionBrokenAfterCommitBeforeItsAnswer() {
    // Given
    Aftermath.File file = Aftermath.File.mixed("no-answer");
    try (FaultPoint point = FaultPoint.in(stack, "chunk-answer-lost", tenant.id(), WORKERS)) {
      String jobId = accepted(file, Aftermath.EVERY_ROW);
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        point.awaitHeld();

        // When PostgreSQL has committed, and the worker does not hear of it
        await("the first chunk is there").atMost(PATIENCE).until(() -> succeeded(jobId) > 0);
        point.release();

        // Then the first chunk is not done again
        Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);
      }
    }
  }

  private void killedAt(String rule, Aftermath.File file, Map<String, String> fields) {
    // Given
    try (FaultPoint point = FaultPoint.in(stack, rule, tenant.id(), WORKERS)) {
      String jobId = accepted(file, fields);
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        // When
        point.awaitDeath();

        // Then
        Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);
      }
    }
  }

  private void frozenAt(String rule) {
    // Given
    Aftermath.File file = Aftermath.File.mixed(rule);
    try (FaultPoint point = FaultPoint.in(stack, rule, tenant.id(), WORKERS)) {
      String jobId = accepted(file, Aftermath.EVERY_ROW);
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        point.awaitHeld();
        long frozen = stack.table().holder(jobId).orElseThrow();
        String name = stack.pid(WORKERS[0]) == frozen ? WORKERS[0] : WORKERS[1];

        // When
        Stack.signal("STOP", frozen);
        JsonNode job;
        try {
          job = poller.toEnd(PATIENCE);
        } finally {
          point.release();
          Stack.signal("CONT", frozen);
        }

        // Then it finds out, and nothing of it is there
        await("the woken worker gives up")
            .atMost(PATIENCE)
            .until(
                () ->
                    stack.log(name).stream()
                        .anyMatch(line -> line.contains(jobId + " is somebody else's now")));
        Aftermath.assertCompleted(stack, job, file);
        assertThat(tenant.api().job(jobId)).isEqualTo(job);
        assertThat(stack.pid(name)).as("it lives on").isEqualTo(frozen);
      }
    }
  }

  private String accepted(Aftermath.File file, Map<String, String> fields) {
    return tenant.api().accepted(Api.TRANSACTIONS, file.csv(), fields);
  }

  private long terminateRunner(String jobId) {
    return stack
        .table()
        .count(
            """
            SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a
              JOIN import_job j ON a.pid = ANY (j.lease_pids) WHERE j.id = ?
            """,
            UUID.fromString(jobId));
  }

  private long succeeded(String jobId) {
    return stack
        .table()
        .count("SELECT succeeded FROM import_job WHERE id = ?", UUID.fromString(jobId));
  }
}
