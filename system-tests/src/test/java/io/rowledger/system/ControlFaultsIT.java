package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Cancel and pause race the last transaction of a job. Whoever is first at the job's row wins, and
 * the other one is told, or finds out.
 */
@OnTwoWorkers
@ByFaultRule
class ControlFaultsIT {
  private static final String[] WORKERS = {"import-worker-1", "import-worker-2"};
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Stack stack = Stacks.twoWorkers();
  private final Stack.Tenant tenant = stack.newTenant();
  private final Aftermath.File file = Aftermath.File.mixed("race");

  @Test
  void cancelBeforeTheLastGuardWins() {
    race(
        "held-before-last-guard",
        (point, jobId) -> {
          JsonNode cancelled = control(jobId, "cancel", 200);
          point.release();
          try (Poller poller = new Poller(tenant.api(), jobId)) {
            assertThat(poller.toEnd(PATIENCE)).isEqualTo(cancelled);
          }
          awaitGivenUp(jobId);
          Aftermath.assertCancelled(stack, tenant.api().job(jobId), file);
        });
  }

  @Test
  void pauseBeforeTheLastGuardWins() {
    race(
        "held-before-last-guard",
        (point, jobId) -> {
          JsonNode paused = control(jobId, "pause", 200);
          assertThat(paused.path("phase").asText()).isEqualTo("paused");
          point.release();
          awaitGivenUp(jobId);
          assertThat(tenant.api().job(jobId)).isEqualTo(paused);
          control(jobId, "resume", 200);
        });
  }

  @Test
  void cancelAfterTheEndIsWrittenLoses() {
    loses("cancel");
  }

  @Test
  void pauseAfterTheEndIsWrittenLoses() {
    loses("pause");
  }

  private void loses(String action) {
    race(
        "held-before-finish",
        (point, jobId) -> {
          CompletableFuture<JsonNode> refused =
              CompletableFuture.supplyAsync(() -> control(jobId, action, 409));
          await("the control waits for the row of the job")
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(20))
              .until(this::somebodyWaitsForARow);
          point.release();
          refused.join();
        });
  }

  /** The job ends, and if nobody cancelled it, with everything in. */
  private void race(String rule, BiConsumer<FaultPoint, String> action) {
    try (FaultPoint point = FaultPoint.in(stack, rule, tenant.id(), WORKERS)) {
      // Given
      String jobId = tenant.api().accepted(Api.TRANSACTIONS, file.csv(), Aftermath.EVERY_ROW);
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        point.awaitHeld();

        // When
        action.accept(point, jobId);

        // Then
        JsonNode job = poller.toEnd(PATIENCE);
        if (!job.path("status").asText().equals("cancelled")) {
          Aftermath.assertCompleted(stack, job, file);
        }
      }
    }
  }

  private void awaitGivenUp(String jobId) {
    await("the worker finds out")
        .atMost(PATIENCE)
        .until(
            () ->
                Stream.of(WORKERS)
                    .flatMap(worker -> stack.log(worker).stream())
                    .anyMatch(line -> line.contains(jobId + " is somebody else's now")));
  }

  private boolean somebodyWaitsForARow() {
    return stack
            .table()
            .count(
                """
                SELECT count(*) FROM pg_stat_activity
                 WHERE application_name = 'rowledger-api' AND wait_event_type = 'Lock' AND query LIKE '%import_job%'
                """)
        > 0;
  }

  private JsonNode control(String jobId, String action, int status) {
    Api.Answer answer =
        tenant
            .api()
            .post("/batch-import/jobs/" + jobId + "/control", "{\"action\":\"" + action + "\"}");
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
    return answer.body().path("job");
  }
}
