package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the services depend on is away. An upload is refused in time and leaves nothing behind; a
 * job that was accepted goes on when it is back.
 */
class OutageIT {
  private static final int ROWS = 100_000;
  private static final int IN_THE_MIDDLE = 10_000;
  private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);
  private static final Duration BACK_WITHIN = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Map<String, String> COLLECT =
      Map.of("batchErrorHandling", "continue_collect_errors");

  private final Stack stack = Stacks.oneWorker();

  @Test
  void aFrozenBrokerRefusesAnUploadAndLeavesNoJob() {
    // Given
    Stack.Tenant tenant = stack.newTenant();
    long broker = stack.pid("kafka");

    // When
    Stack.signal("STOP", broker);
    try {
      assertRefusedInTime(tenant, "frozen-broker");
    } finally {
      Stack.signal("CONT", broker);
    }

    // Then
    assertThat(jobsOf(tenant)).isZero();
    acceptedAgain(tenant, "frozen-broker");
    assertThat(jobsOf(tenant)).isEqualTo(1);
  }

  @Test
  void aJobGoesOnWhenTheBrokerIsBack() {
    // Given
    Stack.Tenant tenant = stack.newTenant();
    String jobId =
        tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions("broker", ROWS), COLLECT);
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      poller.untilSucceeded(IN_THE_MIDDLE, PATIENCE);

      // When killed, and its supervisor is too busy to see it
      Stack.signal("STOP", stack.launcherPid());
      try {
        Stack.signal("KILL", stack.pid("kafka"));
        assertRefusedInTime(tenant, "no-broker");
      } finally {
        Stack.signal("CONT", stack.launcherPid());
      }

      // Then
      assertCompleted(poller.toEnd(PATIENCE));
    }
    stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
    assertThat(jobsOf(tenant)).isEqualTo(1);
    acceptedAgain(tenant, "no-broker");
    assertThat(JobEvents.typesOf(stack, jobId)).containsOnlyOnce("io.rowledger.job.completed.v1");
  }

  @Test
  void aJobGoesOnWhenTheDatabaseIsBack() {
    // Given
    Stack.Tenant tenant = stack.newTenant();
    String jobId =
        tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions("database", ROWS), COLLECT);
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      poller.untilSucceeded(IN_THE_MIDDLE, PATIENCE);

      // When stopped at once, as by a crash, and its supervisor is too busy to see it
      Stack.signal("STOP", stack.launcherPid());
      try {
        Stack.signal("QUIT", stack.pid("postgres"));
        assertRefusedInTime(tenant, "no-database");
      } finally {
        Stack.signal("CONT", stack.launcherPid());
      }

      // Then
      assertCompleted(poller.toEnd(PATIENCE));
    }
    stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
    assertThat(jobsOf(tenant)).isEqualTo(1);
    acceptedAgain(tenant, "no-database");
    assertThat(JobEvents.typesOf(stack, jobId)).containsOnlyOnce("io.rowledger.job.completed.v1");
  }

  private static void assertRefusedInTime(Stack.Tenant tenant, String prefix) {
    long began = System.nanoTime();
    Api.Answer refused =
        tenant.api().upload(Api.TRANSACTIONS, Generated.transactions(prefix, 100), COLLECT);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(refused.status()).as(refused.body().toString()).isEqualTo(503);
    assertThat(took).isLessThan(REFUSED_WITHIN);
    assertThat(refused.body().path("error").path("code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
    assertThat(refused.headers().firstValueAsLong("Retry-After")).isPresent();
  }

  /** The same rows are taken when everything is back, and none of them is there already. */
  private void acceptedAgain(Stack.Tenant tenant, String prefix) {
    Api.Answer accepted =
        await("uploads are taken again")
            .atMost(BACK_WITHIN)
            .until(
                () ->
                    tenant
                        .api()
                        .upload(Api.TRANSACTIONS, Generated.transactions(prefix, 100), COLLECT),
                answer -> answer.status() == 202);
    String jobId = accepted.body().path("jobId").asText();
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      assertCompleted(poller.toEnd(PATIENCE));
    }
    stack.table().assertEachRowOnce("transactions", jobId, 100, 0, 0);
  }

  private static void assertCompleted(JsonNode job) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("outcome").asText()).isEqualTo("all_succeeded");
  }

  private long jobsOf(Stack.Tenant tenant) {
    return stack
        .table()
        .count("SELECT count(*) FROM import_job WHERE organization_id = ?", tenant.id());
  }
}
