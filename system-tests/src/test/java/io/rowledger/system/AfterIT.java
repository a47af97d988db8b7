package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Imports that run after other imports. */
@OnTwoWorkers
class AfterIT {
  private static final int ROWS = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Stack stack = Stacks.twoWorkers();
  private final Stack.Tenant tenant = stack.newTenant();

  @Test
  void aJobBeginsWhenTheOneBeforeItHasCompleted() {
    String first = transactions("first", ROWS, Map.of());
    String second = transactions("second", 10, Map.of("after", first));

    JsonNode before = end(first);
    JsonNode after = end(second);

    assertThat(before.path("status").asText()).isEqualTo("completed");
    assertThat(after.path("status").asText()).isEqualTo("completed");
    assertThat(Instant.parse(after.path("startedAt").asText()))
        .isAfterOrEqualTo(Instant.parse(before.path("completedAt").asText()));
  }

  @Test
  void aChainFailsWithItsFirstJob() {
    // Given a job that will fail at its last row, and is held until the others are there
    String csv = Generated.transactions("bad", ROWS) + Generated.row("bad", ROWS + 1, "ten");
    String first = tenant.api().accepted(Api.TRANSACTIONS, csv, Map.of());
    control(first, "pause");
    String second = transactions("second", 10, Map.of("after", first));
    String third = transactions("third", 10, Map.of("after", second));
    assertThat(tenant.api().job(third).path("waitReason").asText()).isEqualTo("dependency");

    // When
    control(first, "resume");

    // Then
    assertThat(end(first).at("/jobFailure/code").asText()).isEqualTo("ROLLED_BACK");
    for (String dependent : List.of(second, third)) {
      JsonNode job = end(dependent);
      assertThat(job.path("status").asText()).isEqualTo("failed");
      assertThat(job.at("/jobFailure/code").asText()).isEqualTo("DEPENDENCY_FAILED");
      assertThat(job.path("unprocessed").asInt()).isEqualTo(10);
      assertThat(JobEvents.typesOf(stack, dependent))
          .containsExactly("io.rowledger.job.queued.v1", "io.rowledger.job.failed.v1");
    }
  }

  private String transactions(String prefix, int rows, Map<String, String> fields) {
    return tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions(prefix, rows), fields);
  }

  private void control(String jobId, String action) {
    Api.Answer answer =
        tenant
            .api()
            .post("/batch-import/jobs/" + jobId + "/control", "{\"action\":\"" + action + "\"}");
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
  }

  private JsonNode end(String jobId) {
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      return poller.toEnd(PATIENCE);
    }
  }
}
