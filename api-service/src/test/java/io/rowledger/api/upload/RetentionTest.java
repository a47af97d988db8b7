package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static io.rowledger.api.upload.RetryTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.rowledger.api.retention.Retention;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is gone when its time is over, and what stays until then. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class RetentionTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ENTITIES = "/batch-import/import/entities";
  private static final String CSV =
      "externalId,type,amount,currency,Mother\na,PAYMENT,1,USD,m\nb,PAYMENT,ten,USD,n\n";
  private static final String BAD = "1 3 failed VALIDATION_ERROR";

  @Inject Stored stored;
  @Inject Ending ending;
  private final Database database = Everything.database();
  @Inject Retention retention;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void rowsAreForgottenWhenTheirTimeIsOverAndNotBefore() {
    // Given
    String old = upload("false");
    String young = upload("false");
    ending.end(old, "completed", 1, BAD);
    ending.end(young, "completed", 1, BAD);
    rowsExpired(old, 1);

    // When
    retention.run();

    // Then
    assertThat(stored.upload(old).get("sealed_key").isNull()).isTrue();
    assertThat(job(old).get("rowsExpireAt").isNull()).isTrue();
    assertThat(stored.upload(young).get("sealed_key").isNull()).isFalse();
    assertThat(post(young, "retry").statusCode()).isEqualTo(202);
    whatNeedsRowsIs410(old);
  }

  @Test
  void nobodyReadsThemLongerThanTheirTimeAlsoWhenTheTimerIsLate() {
    String job = upload("false");
    ending.end(job, "completed", 1, BAD);
    rowsExpired(job, 1);

    whatNeedsRowsIs410(job);
  }

  @Test
  void aPausedJobWhoseRowsExpireEndsAndSaysWhy() {
    // Given
    String paused = upload("false");
    control(paused, "pause");
    rowsExpired(paused, 1);

    // When
    retention.run();

    // Then
    JsonNode job = job(paused);
    assertThat(job.get("status").asText()).isEqualTo("interrupted");
    assertThat(job.get("workerError").asText())
        .startsWith("ROWS_EXPIRED: The rows were kept until 2")
        .endsWith("it was paused.");
    assertThat(job.at("/metadata/apiError/code").asText()).isEqualTo("ROWS_EXPIRED");
    assertThat(job.get("unprocessed").asInt()).isEqualTo(2);
    assertThat(stored.upload(paused).get("sealed_key").isNull()).isTrue();
    assertRefused(control(paused, "resume"), 409, "INVALID_TRANSITION", "interrupted");
  }

  @Test
  void aJobThatAWorkerHasKeepsItsRowsHoweverLongItTakes() {
    String job = upload("false");
    claimed(job);
    rowsExpired(job, 100);

    retention.run();

    assertThat(job(job).get("status").asText()).isEqualTo("running");
    assertThat(stored.upload(job).get("sealed_key").isNull()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, queued", "2, interrupted"})
  void aJobThatWaitsForAWorkerGetsADayMore(int daysOver, String status) {
    String job = upload("false");
    rowsExpired(job, daysOver);

    retention.run();

    assertThat(job(job).get("status").asText()).isEqualTo(status);
    assertThat(stored.upload(job).get("sealed_key").isNull())
        .isEqualTo(status.equals("interrupted"));
    if (status.equals("interrupted")) {
      assertThat(job(job).get("workerError").asText()).endsWith("it waited.");
    }
  }

  @Test
  void aJobThatWaitsForOneThatExpiredFails() {
    String first = upload("false");
    String second =
        form().file("t.csv", CSV).field("after", first).post(TRANSACTIONS, key).path("jobId");
    control(first, "pause");
    rowsExpired(first, 1);

    retention.run();

    assertThat(job(second).at("/jobFailure/code").asText()).isEqualTo("DEPENDENCY_FAILED");
  }

  @ParameterizedTest
  @CsvSource({"false, 29, true", "false, 31, false", "true, 6, true", "true, 8, false"})
  void failuresLoseTheirValuesAfterTheirTimeAndKeepTheirCodes(
      String dryRun, int daysAgo, boolean kept) {
    // Given
    String job = upload(dryRun);
    ending.end(job, "completed", 1, BAD);
    endedDaysAgo(job, daysAgo);

    // When
    retention.run();

    // Then
    JsonNode item = failures(job).at("/failures/0");
    assertThat(item.get("code").asText()).isEqualTo("VALIDATION_ERROR");
    assertThat(item.get("rowNumber").asInt()).isEqualTo(3);
    assertThat(item.get("column").asText()).isEqualTo("amount");
    assertThat(item.get("value").isNull()).isEqualTo(!kept);
    assertThat(item.get("externalId").isNull()).isEqualTo(!kept);
    assertThat(item.get("message").asText())
        .isEqualTo(kept ? "What is \"wrong\", precisely" : "The data of this job was erased.");
    assertThat(failures(job).get("failuresTotal").asInt()).isEqualTo(1);
    assertThat(post(job, "retry").statusCode()).as("its rows are still there").isEqualTo(202);
  }

  @Test
  void anOrganisationSaysHowLong() {
    // Given
    String job = upload("false");
    ending.end(job, "completed", 1, BAD);
    endedDaysAgo(job, 3);
    retention.run();
    assertThat(failures(job).at("/failures/0/value").isNull()).isFalse();

    // When
    patch("{\"retention\": {\"failuresDays\": 2}}")
        .then()
        .statusCode(200)
        .body("organization.retention.failuresDays", equalTo(2))
        .body("organization.retention.dryRunsDays", equalTo(7))
        .body("organization.retention.contentsDays", equalTo(90));
    retention.run();

    // Then
    assertThat(failures(job).at("/failures/0/value").isNull()).isTrue();
  }

  @Test
  void aShorterTimeIsMeantForTheRowsThatAreThere() {
    String job = upload("false");
    Instant created = Instant.parse(job(job).get("createdAt").asText());
    assertThat(expiry(job)).isAfter(created.plus(Duration.ofDays(29)));

    patch("{\"retentionDays\": 2}");
    assertThat(expiry(job)).isBefore(created.plus(Duration.ofDays(3)));

    patch("{\"retentionDays\": 100}");
    assertThat(expiry(job)).as("nobody was told more").isBefore(created.plus(Duration.ofDays(3)));
  }

  @Test
  void whatAJobSaysOfItsFilesIsForgottenAfterItsTimeOnceTheRowsAre() {
    // Given
    String job =
        form()
            .idempotencyKey("k")
            .file("secret-name.csv", "tax_id,type,suggested_name,country_code\n1,person,A,AR\n")
            .field("label", "secret-label")
            .field("attributes", "{\"note\": \"secret-note\"}")
            .field("reportRecipientEmails", "[\"secret@example.org\"]")
            .post(ENTITIES, key)
            .path("jobId");
    ending.end(job, "completed", 1);
    delivered(job);
    endedDaysAgo(job, 91);
    retention.run();
    assertThat(everythingOf(job)).as("the rows can still be read").contains("secret");

    // When
    rowsExpired(job, 1);
    retention.run();

    // Then
    assertThat(everythingOf(job)).doesNotContain("secret");
    JsonNode shown = job(job);
    assertThat(shown.at("/metadata/fileName").asText()).isEqualTo("erased");
    assertThat(shown.at("/metadata/dataErasedBy").asText()).isEqualTo("retention");
    assertThat(shown.at("/metadata/options/importMode").asText()).isEqualTo("manual");
    assertThat(shown.at("/metadata/interpretation/0/rows").asInt()).isEqualTo(1);
    assertThat(shown.get("succeeded").asInt()).isEqualTo(1);
    assertThat(shown.get("createdBy").asText()).isEqualTo("a key");
  }

  @Test
  void severalProcessesShareTheWork() {
    // Given
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String job = upload("false");
      ending.end(job, "completed", 1, BAD);
      rowsExpired(job, 1);
      endedDaysAgo(job, 100);
      jobs.add(job);
    }

    // When
    List<CompletableFuture<Void>> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(CompletableFuture.runAsync(retention::run));
    }
    processes.forEach(CompletableFuture::join);
    retention.run();

    // Then
    for (String job : jobs) {
      assertThat(stored.upload(job).get("sealed_key").isNull()).isTrue();
      assertThat(job(job).at("/metadata/fileName").asText()).isEqualTo("erased");
      assertThat(failures(job).at("/failures/0/value").isNull()).isTrue();
    }
  }

  @Test
  void whatADeadProcessLeftInTheMiddleIsDone() {
    // Given an erasure that died after its first transaction
    String job = upload("false");
    ending.end(job, "completed", 1, BAD);
    stored.update(
        "UPDATE import_job SET contents_erased_at = clock_timestamp() WHERE id = ?::uuid", job);

    // When
    retention.run();

    // Then
    assertThat(failures(job).at("/failures/0/value").isNull()).isTrue();
    assertThat(stored.job(job).get("failures_erased_at").isNull()).isFalse();
  }

  @Test
  void nothingIsEverDoneTwice() {
    String job = upload("false");
    ending.end(job, "completed", 1, BAD);
    rowsExpired(job, 1);
    endedDaysAgo(job, 100);
    retention.run();
    JsonNode once = stored.job(job);

    retention.run();

    assertThat(stored.job(job)).isEqualTo(once);
  }

  private void whatNeedsRowsIs410(String job) {
    assertRefused(post(job, "retry"), 410, "ROWS_EXPIRED", "");
    for (String format : new String[] {"resubmit", "full"}) {
      assertRefused(
          Tenant.as(key)
              .get("/batch-import/transaction-jobs/{id}/failures.csv?format={f}", job, format),
          410,
          "ROWS_EXPIRED",
          "");
    }
  }

  private String upload(String dryRun) {
    Response answer = form().file("t.csv", CSV).field("dryRun", dryRun).post(TRANSACTIONS, key);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }

  private void rowsExpired(String job, int daysAgo) {
    stored.update(
        """
        UPDATE upload SET expires_at = clock_timestamp() - make_interval(days => ?)
         WHERE id = (SELECT upload_id FROM import_job WHERE id = ?::uuid)
        """,
        daysAgo,
        job);
  }

  private void endedDaysAgo(String job, int days) {
    stored.update(
        """
        UPDATE import_job SET completed_at = clock_timestamp() - make_interval(days => ?) WHERE id = ?::uuid
        """,
        days,
        job);
  }

  private void claimed(String job) {
    stored.update(
        """
        UPDATE import_job SET status = 'running', phase = 'processing', lease_owner = 'somebody', fence = fence + 1,
               lease_expires_at = clock_timestamp() + interval '1 hour' WHERE id = ?::uuid
        """,
        job);
  }

  /** As if its event had gone to an endpoint, and another could go nowhere. */
  private void delivered(String job) {
    stored.update(
        """
        INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, job_id, event_type, data, state, completed_at)
        SELECT gen_random_uuid(), gen_random_uuid(), organization_id, id, 'io.rowledger.job.queued.v1',
               json_build_object('label', label, 'metadata', json_build_object('fileName', metadata ->> 'fileName'))::text,
               'delivered', clock_timestamp()
          FROM import_job WHERE id = ?::uuid
        """,
        job);
    stored.update(
        """
        INSERT INTO outbox_dead_letter (id, event_id, organization_id, job_id, event_type, job_kind, data, reason)
        SELECT ?, event_id, organization_id, job_id, event_type, 'entity_automatic', data, 'a test'
          FROM webhook_delivery WHERE job_id = ?::uuid
        """,
        UUID.randomUUID().getMostSignificantBits(),
        job);
  }

  private String everythingOf(String job) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    """
                    SELECT concat((SELECT j::text FROM import_job j WHERE id = w.id),
                                  (SELECT string_agg(u::text, '') FROM upload u JOIN import_job j ON j.upload_id = u.id WHERE j.id = w.id),
                                  (SELECT string_agg(d::text, '') FROM webhook_delivery d WHERE job_id = w.id),
                                  (SELECT string_agg(d::text, '') FROM outbox_dead_letter d WHERE job_id = w.id),
                                  (SELECT string_agg(k.answer::text, '') FROM idempotency_key k WHERE job_id = w.id))
                      FROM (SELECT ?::uuid AS id) AS w
                    """,
                    row -> row.getString(1),
                    job)
                .orElseThrow());
  }

  private Instant expiry(String job) {
    return Instant.parse(job(job).get("rowsExpireAt").asText());
  }

  private Response control(String job, String action) {
    return Tenant.as(key)
        .contentType(ContentType.JSON)
        .body("{\"action\": \"" + action + "\"}")
        .post("/batch-import/jobs/{id}/control", job);
  }

  private Response patch(String body) {
    Response answer =
        Tenant.as(key).contentType(ContentType.JSON).body(body).patch("/organization");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer;
  }

  private Response post(String jobId, String verb) {
    return Tenant.as(key).post("/batch-import/jobs/{id}/{verb}", jobId, verb);
  }

  private JsonNode failures(String job) {
    return Stored.read(
        Tenant.as(key).get("/batch-import/transaction-jobs/{id}/failures", job).asString());
  }

  private JsonNode job(String jobId) {
    return Stored.read(Tenant.as(key).get("/batch-import/jobs/{id}", jobId).asString()).get("job");
  }
}
