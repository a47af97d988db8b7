package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the services depend on is away while a job is in the middle of its work. An upload is
 * refused in time and leaves nothing behind; the job goes on when it is back.
 */
@OnTwoWorkers
@ByFaultRule
class DependencyFaultsIT {
  private static final String[] WORKERS = {"import-worker-1", "import-worker-2"};
  private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Aftermath.File SMALL = new Aftermath.File("refused", 100, true);

  private final Stack stack = Stacks.twoWorkers();
  private final Stack.Tenant tenant = stack.newTenant();

  @Test
  void brokerRestartedMidJob() {
    brokerMissing(() -> true);
  }

  @Test
  @Tag("full")
  void brokerStoppedForAMinute() {
    brokerMissing(
        () -> {
          long back = System.nanoTime() + MINUTE.toNanos();
          refusedInTime();
          return await("a minute without a broker")
              .atMost(MINUTE.plusSeconds(1))
              .until(System::nanoTime, now -> now >= back);
        });
  }

  @Test
  void databaseRestartedMidJob() {
    // Given
    Aftermath.File file = Aftermath.File.mixed("database");
    try (FaultPoint point = FaultPoint.in(stack, "held-inside-chunk", tenant.id(), WORKERS)) {
      String jobId = accepted(file, Aftermath.EVERY_ROW);
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        point.awaitHeld();

        // When it crashes with a chunk half done
        Dependency.away(
            stack,
            "postgres",
            "QUIT",
            () -> {
              point.release();
              return refusedInTime();
            });

        // Then
        Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);
      }
    }
    assertThat(jobs()).as("what was refused left nothing").isEqualTo(1);
    acceptedAgain();
  }

  /** It holds its connections and says nothing, as behind a network that drops everything. */
  @Test
  void frozenBrokerRefusesAnUploadAndLeavesNoJob() {
    // Given
    long broker = stack.pid("kafka");

    // When
    Stack.signal("STOP", broker);
    try {
      refusedInTime();
    } finally {
      Stack.signal("CONT", broker);
    }

    // Then
    assertThat(jobs()).isZero();
    acceptedAgain();
  }

  /** A job whose rows are all read once, and have to be read again. */
  private void brokerMissing(Supplier<?> meanwhile) {
    // Given
    Aftermath.File file = Aftermath.File.flawless("broker");
    try (FaultPoint point = FaultPoint.in(stack, "held-before-apply", tenant.id(), WORKERS)) {
      String jobId = accepted(file, Map.of());
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        point.awaitHeld();

        // When
        Dependency.away(
            stack,
            "kafka",
            "KILL",
            () -> {
              point.release();
              return meanwhile.get();
            });

        // Then
        Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);
      }
    }
    assertThat(jobs()).as("what was refused left nothing").isEqualTo(1);
    acceptedAgain();
  }

  private Api.Answer refusedInTime() {
    long began = System.nanoTime();
    Api.Answer refused = tenant.api().upload(Api.TRANSACTIONS, SMALL.csv(), Aftermath.EVERY_ROW);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(refused.status()).as(refused.body().toString()).isEqualTo(503);
    assertThat(took).isLessThan(REFUSED_WITHIN);
    assertThat(refused.body().path("error").path("code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
    assertThat(refused.headers().firstValueAsLong("Retry-After")).isPresent();
    return refused;
  }

  /** The same rows are taken when everything is back, and none of them is there already. */
  private void acceptedAgain() {
    Api.Answer accepted =
        await("uploads are taken again")
            .atMost(PATIENCE)
            .until(
                () -> tenant.api().upload(Api.TRANSACTIONS, SMALL.csv(), Aftermath.EVERY_ROW),
                answer -> answer.status() == 202);
    try (Poller poller = new Poller(tenant.api(), accepted.body().path("jobId").asText())) {
      Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), SMALL);
    }
  }

  private String accepted(Aftermath.File file, Map<String, String> fields) {
    return tenant.api().accepted(Api.TRANSACTIONS, file.csv(), fields);
  }

  private long jobs() {
    return stack
        .table()
        .count("SELECT count(*) FROM import_job WHERE organization_id = ?", tenant.id());
  }
}
