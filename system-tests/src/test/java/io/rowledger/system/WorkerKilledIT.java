package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A worker dies somewhere in the middle of a large file; {@link WorkerFaultsIT} does it at each
 * point of a small one.
 */
@Tag("full")
// Of both stacks; so not beside the tests of the other one.
@ResourceLock(OnTwoWorkers.STACK)
class WorkerKilledIT {
  private static final int ROWS = 200_000;
  private static final int BAD_EVERY = 100;
  private static final int BAD = ROWS / BAD_EVERY;
  private static final int KILL_AFTER = 20_000;

  /** The lease, and ten seconds to notice and to go on. */
  private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(3 + 10);

  /** The same after the start of a process, which has nothing to do with leases. */
  private static final Duration STARTED_WITHIN = Duration.ofMinutes(1);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void theOtherWorkerGoesOn() {
    killInTheMiddle(Stacks.twoWorkers(), TAKEN_OVER_WITHIN);
  }

  @Test
  void theOnlyWorkerGoesOnWhenItIsStartedAgain() {
    killInTheMiddle(Stacks.oneWorker(), STARTED_WITHIN);
  }

  private static void killInTheMiddle(Stack stack, Duration resumesWithin) {
    // Given
    Stack.Tenant tenant = stack.newTenant();
    String jobId =
        tenant
            .api()
            .accepted(
                Api.TRANSACTIONS,
                Generated.transactions("kill", ROWS, BAD_EVERY),
                Map.of("batchErrorHandling", "continue_collect_errors"));

    try (Poller poller = new Poller(tenant.api(), jobId)) {
      // When
      poller.untilSucceeded(KILL_AFTER, PATIENCE);
      long killed = stack.table().holder(jobId).orElseThrow();
      Stack.signal("KILL", killed);

      // Then
      int before = succeeded(stack, jobId);
      assertThat(before).as("killed in the middle, not after the end").isLessThan(ROWS - BAD);
      await("another worker goes on")
          .atMost(resumesWithin)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () ->
                  stack.table().holder(jobId).filter(pid -> pid != killed).isPresent()
                      && succeeded(stack, jobId) > before);
      JsonNode job = poller.toEnd(PATIENCE);
      assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
      assertThat(job.path("outcome").asText()).isEqualTo("partial");
      assertThat(job.path("succeeded").asInt()).isEqualTo(ROWS - BAD);
      assertThat(job.path("failed").asInt()).isEqualTo(BAD);
      assertThat(job.path("skipped").asInt()).isZero();
    }
    stack.table().assertEachRowOnce("transactions", jobId, ROWS - BAD, BAD, 0);
    List<String> events = JobEvents.typesOf(stack, jobId);
    assertThat(events)
        .startsWith("io.rowledger.job.queued.v1", "io.rowledger.job.started.v1")
        .endsWith("io.rowledger.job.completed.v1")
        .containsOnlyOnce("io.rowledger.job.completed.v1", "io.rowledger.job.started.v1");
  }

  private static int succeeded(Stack stack, String jobId) {
    return Math.toIntExact(
        stack
            .table()
            .count("SELECT succeeded FROM import_job WHERE id = ?", UUID.fromString(jobId)));
  }
}
