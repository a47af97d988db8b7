package io.rowledger.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published job object, field by field. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class JobShapeTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> PUBLISHED =
      List.of(
          "jobId",
          "kind",
          "status",
          "totalItems",
          "succeeded",
          "failed",
          "skipped",
          "heartbeatAt",
          "leaseExpiresAt",
          "workerError",
          "createdAt",
          "completedAt",
          "metadata");

  private static final List<String> OURS =
      List.of(
          "unprocessed",
          "phase",
          "outcome",
          "startedAt",
          "updatedAt",
          "attempt",
          "progress",
          "waitReason",
          "stale",
          "dryRun",
          "commitOf",
          "retryOf",
          "retriedBy",
          "after",
          "label",
          "rowsExpireAt",
          "createdBy",
          "cancelledBy");

  private static final String RUNNING =
      """
      status = 'running', phase = 'processing', started_at = '2026-01-31T12:00:00.123456Z',
      lease_owner = 'w', lease_expires_at = clock_timestamp() + interval '1 minute',
      heartbeat_at = '2026-01-31T12:00:01Z', attempt = 1,
      error_handling = 'continue_collect_errors'
      """;
  private static final String ENDED = "phase = 'done', completed_at = '2026-01-31T12:00:02Z'";

  final Database database = Everything.database();
  private Tenant tenant;
  private String key;
  private String jobId;

  @BeforeEach
  void aJob() {
    tenant = Tenant.create();
    key = tenant.fullKey();
    jobId = tenant.transactionJob();
    set("total_items = 100, metadata = '{\"fileName\": \"a.csv\"}'");
  }

  @Test
  void aQueuedJob() {
    JsonNode job = job();

    assertThat(job.get("jobId").textValue()).isEqualTo(jobId);
    assertThat(job.get("kind").textValue()).isEqualTo("transaction_batch");
    assertThat(job.get("status").textValue()).isEqualTo("queued");
    assertThat(job.get("phase").textValue()).isEqualTo("queued");
    assertThat(job.get("totalItems").isInt()).isTrue();
    assertThat(job.get("unprocessed").intValue()).isEqualTo(100);
    assertThat(job.get("metadata")).isEqualTo(read("{\"fileName\": \"a.csv\"}"));
    assertThat(job.get("createdBy").textValue()).isEqualTo("a test");
    assertThat(job.get("waitReason").textValue()).isEqualTo("slots");
    assertThat(job.get("stale").booleanValue()).isFalse();
    assertNull(
        job,
        "heartbeatAt",
        "leaseExpiresAt",
        "workerError",
        "completedAt",
        "outcome",
        "startedAt",
        "cancelledBy");
    assertTime(job, "createdAt", "updatedAt");
  }

  @Test
  void aRunningJob() {
    set(RUNNING + ", succeeded = 45, failed = 2, skipped = 1");

    JsonNode job = job();
    assertThat(job.get("status").textValue()).isEqualTo("running");
    assertThat(job.get("phase").textValue()).isEqualTo("processing");
    assertThat(job.get("succeeded").intValue()).isEqualTo(45);
    assertThat(job.get("failed").intValue()).isEqualTo(2);
    assertThat(job.get("skipped").intValue()).isEqualTo(1);
    assertThat(job.get("unprocessed").intValue()).isEqualTo(52);
    assertThat(job.get("progress"))
        .isEqualTo(read("{\"percent\": 48, \"rowsPerSecond\": null, \"etaSeconds\": null}"));
    assertThat(job.get("attempt").intValue()).isEqualTo(1);
    assertThat(job.get("startedAt").textValue()).isEqualTo("2026-01-31T12:00:00.123Z");
    assertThat(job.get("heartbeatAt").textValue()).isEqualTo("2026-01-31T12:00:01.000Z");
    assertTime(job, "leaseExpiresAt");
    assertNull(job, "waitReason", "outcome", "completedAt");
  }

  @Test
  void aRunningJobThatNobodyHoldsWaits() {
    set("status = 'running', phase = 'processing', started_at = clock_timestamp()");
    assertThat(job().get("phase").textValue()).isEqualTo("waiting");
    assertThat(job().get("waitReason").textValue()).isEqualTo("slots");

    set("not_before = clock_timestamp() + interval '1 minute'");
    assertThat(job().get("waitReason").textValue()).isEqualTo("retry_backoff");
  }

  @Test
  void aJobWhoseLeaseRanOutIsStale() {
    set(RUNNING);
    set("lease_expires_at = clock_timestamp() - interval '1 second'");

    assertThat(job().get("stale").booleanValue()).isTrue();
  }

  @Test
  void aRunningJobSaysHowFastItIs() {
    set(
        RUNNING
            + """
            , succeeded = 40, chunk_count = 10, next_chunk = 4, measured_from_chunk = 0,
            measured_from = '2026-01-31T11:59:56Z'
            """);

    assertThat(job().get("progress"))
        .isEqualTo(read("{\"percent\": 40, \"rowsPerSecond\": 8.0, \"etaSeconds\": 8}"));
  }

  @ParameterizedTest
  @CsvSource({"100,0,0,all_succeeded", "60,30,10,partial", "0,90,10,none"})
  void aCompletedJob(int succeeded, int failed, int skipped, String outcome) {
    set(
        "status = 'completed', succeeded = %d, failed = %d, skipped = %d, "
                .formatted(succeeded, failed, skipped)
            + ENDED);

    JsonNode job = job();
    assertThat(job.get("status").textValue()).isEqualTo("completed");
    assertThat(job.get("phase").textValue()).isEqualTo("done");
    assertThat(job.get("outcome").textValue()).isEqualTo(outcome);
    assertThat(job.get("completedAt").textValue()).isEqualTo("2026-01-31T12:00:02.000Z");
    assertThat(job.get("unprocessed").intValue()).isZero();
    assertThat(job.at("/progress/percent").intValue()).isEqualTo(100);
    assertThat(job.at("/progress/etaSeconds").intValue()).isZero();
    assertNull(job, "waitReason", "leaseExpiresAt");
  }

  @Test
  void onlyAFailedJobHasAFailure() {
    set(
        "status = 'failed', failed = 3, failure_code = 'ROLLED_BACK', failure_message = 'No.', "
            + ENDED);

    JsonNode job = read(get("").asString()).get("job");
    assertThat(job.get("jobFailure"))
        .isEqualTo(read("{\"code\": \"ROLLED_BACK\", \"message\": \"No.\"}"));
    assertThat(job.get("outcome").textValue()).isEqualTo("none");
    List<String> expected = new ArrayList<>(PUBLISHED);
    expected.addAll(OURS);
    expected.add("jobFailure");
    assertThat(job.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(expected);
    assertInvariant(job);
  }

  @Test
  void aCancelledJobSaysByWhom() {
    set("status = 'cancelled', succeeded = 7, cancelled_by = 'somebody', " + ENDED);

    JsonNode job = job();
    assertThat(job.get("status").textValue()).isEqualTo("cancelled");
    assertThat(job.get("cancelledBy").textValue()).isEqualTo("somebody");
    assertThat(job.get("unprocessed").intValue()).isEqualTo(93);
    assertThat(job.get("outcome").textValue()).isEqualTo("partial");
  }

  @Test
  void anInterruptedJobSaysWhy() {
    set(
        """
        status = 'interrupted', worker_error = 'The rows can no longer be read.',
        metadata = metadata || '{"apiError": {"code": "ROWS_EXPIRED", "message": "m"}}',
        """
            + ENDED);

    JsonNode job = job();
    assertThat(job.get("status").textValue()).isEqualTo("interrupted");
    assertThat(job.get("workerError").textValue()).isEqualTo("The rows can no longer be read.");
    assertThat(job.at("/metadata/apiError/code").textValue()).isEqualTo("ROWS_EXPIRED");
  }

  @Test
  void whoPollsIsToldWhenToComeBackUntilItHasEnded() {
    Response queued = get("");
    assertThat(queued.header("Retry-After")).isEqualTo("2");
    assertThat(queued.header("Cache-Control")).isEqualTo("private, no-cache");

    set("status = 'cancelled', " + ENDED);
    Response ended = get("");
    assertThat(ended.header("Retry-After")).isNull();
    assertThat(ended.header("Cache-Control")).isEqualTo("private, no-cache");
  }

  @Test
  void theFailuresCanBeIncluded() {
    // Given
    set(RUNNING + ", failed = 1");
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id,
                                               outcome, code, message, row_key)
                VALUES (?::uuid, 1, 2, ?::uuid, 'failed', 'VALIDATION_ERROR', 'm', 'k')
                """,
                jobId,
                tenant.id()));

    // When
    JsonNode body = read(get("?include=failures").asString());
    JsonNode alone =
        read(
            Tenant.as(key).get("/batch-import/transaction-jobs/" + jobId + "/failures").asString());

    // Then
    assertThat(body.get("job").get("jobId").textValue()).isEqualTo(jobId);
    assertThat(alone.get("failures")).hasSize(1);
    alone
        .fieldNames()
        .forEachRemaining(name -> assertThat(body.get(name)).as(name).isEqualTo(alone.get(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"everything", "failures,x", "FAILURES"})
  void whatCannotBeIncludedIsRefused(String include) {
    Response answer = get("?include=" + include);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly("include");
  }

  @Test
  void unknownMalformedAndForeignIdsAreOneAnswer() {
    String foreign = Tenant.create().transactionJob();

    for (String id : List.of(UUID.randomUUID().toString(), "nonsense", foreign, "1-1-1-1-1")) {
      Response answer = Tenant.as(key).get("/batch-import/jobs/" + id);
      assertThat(answer.statusCode()).as(id).isEqualTo(404);
      assertThat(answer.<String>path("error.code")).isEqualTo("JOB_NOT_FOUND");
      assertThat(answer.<String>path("detail")).doesNotContain(id);
    }
  }

  private Response get(String query) {
    return Tenant.as(key).get("/batch-import/jobs/" + jobId + query);
  }

  /** The job of the status route, its keys and its invariant checked. */
  private JsonNode job() {
    Response answer = get("");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    JsonNode body = read(answer.asString());
    assertThat(body.fieldNames()).toIterable().containsExactlyInAnyOrder("success", "job");
    assertThat(body.get("success").booleanValue()).isTrue();
    JsonNode job = body.get("job");
    List<String> expected = new ArrayList<>(PUBLISHED);
    expected.addAll(OURS);
    assertThat(job.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(expected);
    assertInvariant(job);
    return job;
  }

  private static void assertInvariant(JsonNode job) {
    int parts = 0;
    for (String name : List.of("succeeded", "failed", "skipped", "unprocessed")) {
      assertThat(job.get(name).isInt()).as(name).isTrue();
      parts += job.get(name).intValue();
    }
    assertThat(parts).isEqualTo(job.get("totalItems").intValue());
  }

  private static void assertNull(JsonNode job, String... names) {
    for (String name : names) {
      assertThat(job.get(name).isNull()).as(name).isTrue();
    }
  }

  private static void assertTime(JsonNode job, String... names) {
    for (String name : names) {
      assertThat(job.get(name).textValue())
          .as(name)
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    }
  }

  private void set(String assignments) {
    database.run(
        tx -> tx.update("UPDATE import_job SET " + assignments + " WHERE id = ?::uuid", jobId));
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
