package io.rowledger.api.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of the status route: entity tags, and waiting for a change. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class JobReadingTest {

  private static final String RUNNING =
      """
      status = 'running', phase = 'processing', started_at = clock_timestamp(), lease_owner = 'w',
      lease_expires_at = clock_timestamp() + interval '1 minute', heartbeat_at = clock_timestamp(),
      total_items = 100, chunk_count = 10, next_chunk = 4, succeeded = 40, measured_from_chunk = 0,
      measured_from = clock_timestamp() - interval '10 seconds'
      """;
  private static final String CANCELLED =
      "status = 'cancelled', phase = 'done', completed_at = clock_timestamp()";

  /** The common pool may have a single thread, and would let one wait after the other. */
  private static final Executor A_THREAD_EACH = task -> new Thread(task).start();

  @TestHTTPResource URI server;
  final Database database = Everything.database();
  @Inject JobWatch watch;
  private Tenant tenant;
  private String key;
  private String jobId;

  @BeforeEach
  void aJob() {
    tenant = Tenant.create();
    key = tenant.fullKey();
    jobId = tenant.transactionJob();
    await().until(() -> watch.size() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "W/%s", "\"other\", %s", "*"})
  void whoHasItAlreadyIsTold(String header) {
    // Given
    set(RUNNING);
    String tag = get().header("ETag");
    assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");

    // When
    Response answer = ifNoneMatch(header.formatted(tag));

    // Then
    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.asByteArray()).isEmpty();
    assertThat(answer.header("ETag")).isEqualTo(tag);
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(answer.header("Retry-After")).isEqualTo("2");
  }

  @Test
  void whatHasChangedIsSent() {
    String before = get().header("ETag");
    set("label = 'May'");

    Response answer = ifNoneMatch(before);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.contentType()).startsWith("application/json");
    assertThat(answer.<String>path("job.label")).isEqualTo("May");
    assertThat(answer.header("ETag")).isNotEqualTo(before);
  }

  @Test
  void aJobThatEndedHasATagAndNothingToComeBackFor() {
    set(CANCELLED);

    Response answer = ifNoneMatch(get().header("ETag"));

    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.header("Retry-After")).isNull();
  }

  @Test
  void theTagIsOfTheFailuresTooWhenTheyAreIncluded() {
    // Given
    String alone = get().header("ETag");
    String with = Tenant.as(key).get(path() + "?include=failures").header("ETag");
    assertThat(with).isNotEqualTo(alone);

    // When
    failure();

    // Then
    assertThat(get().header("ETag")).isEqualTo(alone);
    assertThat(Tenant.as(key).get(path() + "?include=failures").header("ETag")).isNotEqualTo(with);
  }

  @ParameterizedTest
  @CsvSource({"wait=5,wait=5", "wait=99,wait=30", "wait=soon,"})
  void whatIsGrantedOfAWaitIsSaid(String prefer, String applied) {
    set(CANCELLED);

    Response answer = prefer(prefer);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.header("Preference-Applied")).isEqualTo(applied);
  }

  @Test
  void aWaitOfNoTimeIsAnsweredAtOnce() {
    Response answer = prefer("wait=0");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.header("Preference-Applied")).isEqualTo("wait=0");
  }

  @Test
  void withoutAChangeItAnswersWhenTheTimeIsOver() {
    String tag = get().header("ETag");

    Response answer =
        Tenant.as(key).header("Prefer", "wait=1").header("If-None-Match", tag).get(path());

    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
  }

  @Test
  void aChangeOfThePhaseEndsTheWait() {
    // Given
    CompletableFuture<Response> answer = waiting("");
    await().until(() -> watch.size() == 1);

    // When
    set(RUNNING);

    // Then
    assertThat(answer.join().statusCode()).isEqualTo(200);
    assertThat(answer.join().<String>path("job.phase")).isEqualTo("processing");
    assertThat(answer.join().header("Preference-Applied")).isEqualTo("wait=30");
    await().until(() -> watch.size() == 0);
  }

  @Test
  void aPauseEndsTheWaitAndFailuresAreIncludedAsTheyAreThen() {
    // Given
    CompletableFuture<Response> answer = waiting("?include=failures");
    await().until(() -> watch.size() == 1);

    // When
    failure();
    set("paused_at = clock_timestamp()");

    // Then
    assertThat(answer.join().<String>path("job.phase")).isEqualTo("paused");
    assertThat(answer.join().<List<Object>>path("failures")).hasSize(1);
  }

  @Test
  void manyWaitForManyJobsAndEachHearsOfItsOwn() {
    // Given
    String other = tenant.entityJob();
    CompletableFuture<Response> first = waiting("");
    CompletableFuture<Response> second = waiting("");
    CompletableFuture<Response> others =
        CompletableFuture.supplyAsync(
            () -> Tenant.as(key).header("Prefer", "wait=30").get("/batch-import/jobs/" + other),
            A_THREAD_EACH);
    await().until(() -> watch.size() == 3);

    // When
    set(CANCELLED);

    // Then
    assertThat(first.join().<String>path("job.status")).isEqualTo("cancelled");
    assertThat(second.join().<String>path("job.status")).isEqualTo("cancelled");
    await().until(() -> watch.size() == 1);
    assertThat(others).isNotDone();
    jobId = other;
    set(CANCELLED);
    assertThat(others.join().<String>path("job.jobId")).isEqualTo(other);
  }

  @Test
  void whoGoesAwayIsForgotten() throws IOException {
    try (Socket client = new Socket(server.getHost(), server.getPort())) {
      client
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nPrefer: wait=30\r\n\r\n"
                  .formatted(path(), key)
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> watch.size() == 1);
    }

    await().until(() -> watch.size() == 0);
  }

  @Test
  void whatIsNotThereIsNotWaitedFor() {
    assertThat(
            Tenant.as(Tenant.create().fullKey())
                .header("Prefer", "wait=30")
                .get(path())
                .statusCode())
        .isEqualTo(404);
  }

  private String path() {
    return "/batch-import/jobs/" + jobId;
  }

  private Response get() {
    return Tenant.as(key).get(path());
  }

  private Response ifNoneMatch(String value) {
    return Tenant.as(key).header("If-None-Match", value).get(path());
  }

  private Response prefer(String value) {
    return Tenant.as(key).header("Prefer", value).get(path());
  }

  private CompletableFuture<Response> waiting(String query) {
    String path = path() + query;
    return CompletableFuture.supplyAsync(
        () -> Tenant.as(key).header("Prefer", "wait=30").get(path), A_THREAD_EACH);
  }

  private void failure() {
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id,
                                               outcome, code, message)
                VALUES (?::uuid, 1, 2, ?::uuid, 'failed', 'VALIDATION_ERROR', 'm')
                """,
                jobId,
                tenant.id()));
  }

  private void set(String assignments) {
    database.run(
        tx -> tx.update("UPDATE import_job SET " + assignments + " WHERE id = ?::uuid", jobId));
  }
}
