package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The API dies or loses its connection, each time at one exact point of an upload. The client
 * cannot know at which, and sends the same again under the same key: there is one job.
 */
@OnTwoWorkers
@ByFaultRule
class UploadFaultsIT {
  private static final String API = "api-service";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Stack stack = Stacks.twoWorkers();
  private final Stack.Tenant tenant = stack.newTenant();
  private final String key = UUID.randomUUID().toString();
  private final Aftermath.File file = Aftermath.File.flawless("upload");

  @Test
  void killedMidUpload() {
    killedAt("upload-killed-midway");

    assertThat(jobs()).as("no commit, no job").isEmpty();
    assertOneJob(sendAgain());
  }

  @Test
  void killedAfterTheRowsAreAcknowledgedBeforeTheCommit() {
    killedAt("upload-killed-before-commit");

    assertThat(jobs()).as("no commit, no job").isEmpty();
    assertOneJob(sendAgain());
  }

  @Test
  void killedAfterTheCommitBeforeTheTicket() {
    killedAt("upload-killed-before-ticket");

    // A worker finds the job without a ticket, and without the API.
    String jobId = jobs().get(0);
    await("the job has ended").atMost(PATIENCE).until(() -> hasEnded(jobId));
    Api.Answer again = sendAgain();
    assertThat(again.body().path("jobId").asText()).isEqualTo(jobId);
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertOneJob(again);
  }

  @Test
  void connectionTerminatedBeforeCommitArrives() {
    try (FaultPoint point = FaultPoint.in(stack, "upload-at-commit", tenant.id(), API)) {
      // Given
      CompletableFuture<Optional<Api.Answer>> upload = CompletableFuture.supplyAsync(this::upload);
      point.awaitHeld();

      // When
      assertThat(terminateUploads()).isPositive();
      point.release();

      // Then there is no job, which the service cannot be sure of
      Api.Answer unknown = upload.join().orElseThrow();
      assertOutcomeUnknown(unknown);
      String jobId = unknown.body().path("jobId").asText();
      assertThat(tenant.api().get("/batch-import/jobs/" + jobId).status()).isEqualTo(404);
      assertThat(jobs()).isEmpty();
    }
    Api.Answer again = sendAgain();
    assertThat(again.headers().firstValue("Idempotency-Replayed")).isEmpty();
    assertOneJob(again);
  }

  @Test
  void connectionBrokenAfterCommitBeforeItsAnswer() {
    Api.Answer found;
    try (FaultPoint point = FaultPoint.in(stack, "upload-answer-lost", tenant.id(), API)) {
      // Given
      CompletableFuture<Optional<Api.Answer>> upload = CompletableFuture.supplyAsync(this::upload);
      point.awaitHeld();

      // When PostgreSQL has committed, and the service does not hear of it
      await("the job is there").atMost(PATIENCE).until(() -> jobs().size() == 1);
      point.release();

      // Then it looks, on another connection
      found = upload.join().orElseThrow();
      assertThat(found.status()).as(found.body().toString()).isEqualTo(202);
      assertThat(jobs()).containsExactly(found.body().path("jobId").asText());
    }
    assertThat(sendAgain().body()).isEqualTo(found.body());
    assertOneJob(found);
  }

  @Test
  void databaseGoneAfterCommitBeforeItsAnswer() {
    String jobId;
    try (FaultPoint point = FaultPoint.in(stack, "upload-answer-lost", tenant.id(), API)) {
      // Given
      CompletableFuture<Optional<Api.Answer>> upload = CompletableFuture.supplyAsync(this::upload);
      point.awaitHeld();
      await("the job is there").atMost(PATIENCE).until(() -> jobs().size() == 1);

      // When it cannot even look, because the database has crashed
      Api.Answer unknown =
          Dependency.away(
              stack,
              "postgres",
              "QUIT",
              () -> {
                point.release();
                return upload.join().orElseThrow();
              });

      // Then
      assertOutcomeUnknown(unknown);
      jobId = unknown.body().path("jobId").asText();
    }
    Api.Answer again = sendAgain();
    assertThat(again.body().path("jobId").asText()).isEqualTo(jobId);
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertOneJob(again);
  }

  private void killedAt(String rule) {
    try (FaultPoint point = FaultPoint.in(stack, rule, tenant.id(), API)) {
      CompletableFuture<Optional<Api.Answer>> upload = CompletableFuture.supplyAsync(this::upload);
      point.awaitDeath();
      assertThat(upload.join()).as("the client gets no answer").isEmpty();
    }
  }

  private Optional<Api.Answer> upload() {
    try {
      return Optional.of(tenant.api().upload(Api.TRANSACTIONS, file.csv(), key));
    } catch (UncheckedIOException noAnswer) {
      return Optional.empty();
    }
  }

  private Api.Answer sendAgain() {
    return await("the API is back")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(this::upload, answer -> answer.filter(a -> a.status() == 202).isPresent())
        .orElseThrow();
  }

  private static void assertOutcomeUnknown(Api.Answer answer) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(503);
    assertThat(answer.body().path("error").path("code").asText()).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(answer.body().path("jobId").asText()).isNotEmpty();
  }

  private void assertOneJob(Api.Answer accepted) {
    String jobId = accepted.body().path("jobId").asText();
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);
    }
    assertThat(jobs()).containsExactly(jobId);
  }

  private List<String> jobs() {
    return stack
        .table()
        .all(
            "SELECT id FROM import_job WHERE organization_id = ?",
            row -> row.getString(1),
            tenant.id());
  }

  private boolean hasEnded(String jobId) {
    return stack
            .table()
            .count(
                "SELECT count(*) FROM import_job WHERE id = ? AND status = 'completed'",
                UUID.fromString(jobId))
        == 1;
  }

  /** The only transactions of the API that are open and have written something. */
  private long terminateUploads() {
    return stack
        .table()
        .count(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE application_name = 'rowledger-api' AND state = 'idle in transaction' AND backend_xid IS NOT NULL
            """);
  }
}
