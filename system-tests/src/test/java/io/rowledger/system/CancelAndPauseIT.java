package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cancel and pause take effect before their answer, whatever the worker is doing: not one more row
 * lands. There is one worker, so whatever is done afterwards is done by the one that lost.
 */
class CancelAndPauseIT {
  private static final int LARGE = 300_000;
  private static final int ROWS = 80_000;
  private static final int OTHER_ROWS = 10_000;
  private static final int IN_THE_MIDDLE = 10_000;

  /** What the contract promises, for success and failure alike. */
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Map<String, String> EVERY_ROW =
      Map.of("batchErrorHandling", "continue_collect_errors");

  /** How the worker is when the job is cancelled. */
  private enum Fate {
    ALIVE,
    FROZEN,
    GONE
  }

  private final Stack stack = Stacks.oneWorker();
  private final Stack.Tenant tenant = stack.newTenant();

  @ParameterizedTest
  @EnumSource
  void notOneMoreRowLandsAfterACancel(Fate fate) {
    // Given
    String jobId =
        tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions("big", LARGE), EVERY_ROW);
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      poller.untilSucceeded(IN_THE_MIDDLE, PATIENCE);
      long worker = stack.table().holder(jobId).orElseThrow();
      JsonNode cancelled;
      long rows;
      switch (fate) {
        case FROZEN -> Stack.signal("STOP", worker);
        case GONE -> Stack.signal("KILL", worker);
        case ALIVE -> {}
      }
      try {
        // When
        cancelled = control(jobId, "cancel");
        rows = rowsOf(jobId);
      } finally {
        if (fate == Fate.FROZEN) {
          Stack.signal("CONT", worker);
        }
      }

      // Then
      assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
      assertThat(cancelled.path("succeeded").asLong()).isEqualTo(rows).isLessThan(LARGE);
      importAnotherJob();
      assertThat(rowsOf(jobId)).isEqualTo(rows);
      assertThat(poller.toEnd(PATIENCE)).isEqualTo(cancelled);
    }
    stack.table().assertEachRowOnce("transactions", jobId, Math.toIntExact(rowsOf(jobId)), 0, 0);
    assertThat(stack.log("import-worker-1"))
        .as("to lose a job to its owner is no trouble")
        .noneMatch(line -> line.contains("Job " + jobId) && line.matches(".*(WARN|ERROR).*"));
    assertThat(JobEvents.typesOf(stack, jobId))
        .endsWith("io.rowledger.job.cancelled.v1")
        .doesNotContain("io.rowledger.job.completed.v1", "io.rowledger.job.interrupted.v1");
  }

  @Test
  void aPausedJobHoldsStillAndGoesOnWhereItWas() {
    // Given
    String jobId =
        tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions("held", ROWS), EVERY_ROW);
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      poller.untilSucceeded(IN_THE_MIDDLE, PATIENCE);

      // When
      JsonNode paused = control(jobId, "pause");
      long rows = rowsOf(jobId);

      // Then
      assertThat(paused.path("status").asText()).isEqualTo("running");
      assertThat(paused.path("phase").asText()).isEqualTo("paused");
      assertThat(paused.path("waitReason").asText()).isEqualTo("paused");
      assertThat(paused.path("succeeded").asLong()).isEqualTo(rows).isLessThan(ROWS);
      importAnotherJob();
      assertThat(tenant.api().job(jobId)).isEqualTo(paused);
      assertThat(rowsOf(jobId)).isEqualTo(rows);

      // When
      control(jobId, "resume");

      // Then
      assertAllIn(poller.toEnd(PATIENCE), ROWS);
    }
    stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
    assertThat(withoutProgress(jobId))
        .isEqualTo(events("queued", "started", "paused", "resumed", "completed"));
  }

  @Test
  void aJobThatIsAppliedBeginsAgainAfterAPause() {
    // Given
    String jobId = applying("whole");
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      // When
      JsonNode paused = control(jobId, "pause");

      // Then
      assertThat(paused.path("phase").asText()).isEqualTo("paused");
      assertThat(paused.path("succeeded").asInt()).isZero();
      assertThat(rowsOf(jobId)).isZero();
      importAnotherJob();
      assertThat(tenant.api().job(jobId)).isEqualTo(paused);
      assertThat(rowsOf(jobId)).isZero();

      // When
      control(jobId, "resume");

      // Then
      assertAllIn(poller.toEnd(PATIENCE), ROWS);
    }
    stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
  }

  @Test
  void aJobThatIsAppliedLeavesNothingWhenItIsCancelled() {
    // Given
    String jobId = applying("none");

    // When
    JsonNode cancelled = control(jobId, "cancel");

    // Then
    assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
    assertThat(cancelled.path("unprocessed").asInt()).isEqualTo(ROWS);
    assertThat(cancelled.path("outcome").asText()).isEqualTo("none");
    assertThat(rowsOf(jobId)).isZero();
    String again =
        tenant
            .api()
            .accepted(Api.TRANSACTIONS, Generated.transactions("none", OTHER_ROWS), Map.of());
    try (Poller poller = new Poller(tenant.api(), again)) {
      assertAllIn(poller.toEnd(PATIENCE), OTHER_ROWS);
    }
    assertThat(rowsOf(jobId)).isZero();
    assertThat(tenant.api().job(jobId)).isEqualTo(cancelled);
  }

  /** A rollback_all job whose one transaction is open and has rows in it. */
  private String applying(String prefix) {
    String jobId =
        tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions(prefix, ROWS), Map.of());
    await("rows are being applied")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                stack
                        .table()
                        .count(
                            """
                            SELECT count(*) FROM pg_stat_activity a JOIN import_job j ON a.pid = ANY(j.lease_pids)
                             WHERE j.id = ? AND j.phase = 'applying' AND a.backend_xid IS NOT NULL
                            """,
                            UUID.fromString(jobId))
                    > 0);
    return jobId;
  }

  private JsonNode control(String jobId, String action) {
    long began = System.nanoTime();
    Api.Answer answer =
        tenant
            .api()
            .post("/batch-import/jobs/" + jobId + "/control", "{\"action\":\"" + action + "\"}");
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ANSWERED_WITHIN);
    return answer.body().path("job");
  }

  /** Of the same organisation, into the same table, in the mode that wants the table for itself. */
  private void importAnotherJob() {
    String csv = Generated.transactions("other-" + UUID.randomUUID(), OTHER_ROWS);
    String jobId = tenant.api().accepted(Api.TRANSACTIONS, csv, Map.of());
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      assertAllIn(poller.toEnd(PATIENCE), OTHER_ROWS);
    }
  }

  private static void assertAllIn(JsonNode job, int rows) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("succeeded").asInt()).as(job.toString()).isEqualTo(rows);
  }

  private long rowsOf(String jobId) {
    return stack
        .table()
        .count("SELECT count(*) FROM transactions WHERE job_id = ?", UUID.fromString(jobId));
  }

  private List<String> withoutProgress(String jobId) {
    return JobEvents.typesOf(stack, jobId).stream()
        .filter(type -> !type.equals("io.rowledger.job.progress.v1"))
        .toList();
  }

  private static List<String> events(String... names) {
    return List.of(names).stream().map(name -> "io.rowledger.job." + name + ".v1").toList();
  }
}
