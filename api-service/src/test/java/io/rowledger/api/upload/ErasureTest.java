package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static io.rowledger.api.upload.RetryTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ErasureTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ENTITIES = "/batch-import/import/entities";
  private static final String CSV =
      "externalId,type,amount,currency,Mother\na,PAYMENT,1,USD,m\nb,PAYMENT,ten,USD,n\n";

  @Inject Stored stored;
  @Inject Ending ending;
  final Database database = Everything.database();
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void contentsAreForgottenAndFactsStay() {
    // Given
    String job = upload("false");
    ending.end(job, "completed", 1, "1 3 failed VALIDATION_ERROR");
    JsonNode before = job(job);
    String sha256 = before.at("/metadata/interpretation/0/sha256").asText();
    assertThat(before.get("rowsExpireAt").isNull()).isFalse();

    // When
    Response answer = erase(job);

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    assertThat(answer.<Boolean>path("success")).isTrue();
    JsonNode after = job(job);
    assertThat(Stored.read(answer.asString()).at("/job/metadata")).isEqualTo(after.get("metadata"));
    assertThat(after.get("rowsExpireAt").isNull()).isTrue();
    assertThat(after.at("/metadata/interpretation").toString())
        .isEqualTo("[{\"rows\":2,\"sha256\":\"%s\"}]".formatted(sha256));
    assertThat(after.at("/metadata/dataErasedBy").asText()).isEqualTo("a key");
    assertThat(after.at("/metadata/dataErasedAt").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    for (String same : new String[] {"status", "succeeded", "failed", "createdBy", "completedAt"}) {
      assertThat(after.get(same)).as(same).isEqualTo(before.get(same));
    }
    JsonNode upload = stored.upload(job);
    assertThat(upload.get("sealed_key").isNull()).isTrue();
    assertThat(upload.get("interpretation")).isEqualTo(after.at("/metadata/interpretation"));
    assertThat(results(job))
        .isEqualTo("1 3 failed VALIDATION_ERROR amount The data of this job was erased.");
  }

  @Test
  void theFailuresListStillHasItsCodes() {
    String job = upload("false");
    ending.end(job, "completed", 1, "1 3 failed VALIDATION_ERROR");
    erase(job);

    JsonNode item =
        Stored.read(
                Tenant.as(key).get("/batch-import/transaction-jobs/{id}/failures", job).asString())
            .at("/failures/0");

    assertThat(item.get("code").asText()).isEqualTo("VALIDATION_ERROR");
    assertThat(item.get("rowNumber").asInt()).isEqualTo(3);
    assertThat(item.get("value").isNull()).isTrue();
    assertThat(item.get("externalId").isNull()).isTrue();
  }

  @Test
  void whatNeedsTheRowsIs410AfterIt() {
    String job = upload("true");
    ending.end(job, "failed", 0, "1 3 failed VALIDATION_ERROR");
    erase(job);

    assertRefused(post(job, "retry"), 410, "ROWS_EXPIRED", "");
    assertRefused(post(job, "commit"), 410, "ROWS_EXPIRED", "");
    for (String format : new String[] {"resubmit", "full"}) {
      assertRefused(
          Tenant.as(key)
              .get("/batch-import/transaction-jobs/{id}/failures.csv?format={f}", job, format),
          410,
          "ROWS_EXPIRED",
          "");
    }
  }

  @Test
  void againIsNoHarm() {
    String job = upload("false");
    ending.end(job, "completed", 2);
    erase(job);
    JsonNode once = job(job);

    assertThat(erase(job).statusCode()).isEqualTo(200);

    assertThat(job(job)).isEqualTo(once);
  }

  @Test
  void theAnswerThatIsGivenAgainSaysNothingOfTheFileAnyMore() {
    // Given
    String csv = "externalId,type,amount,currency,Secret name\na,FEE,1,USD,x\n";
    Response first = form().idempotencyKey("k").file("t.csv", csv).post(TRANSACTIONS, key);
    String job = first.path("jobId");
    assertThat(first.asString()).contains("Secret name");
    ending.end(job, "completed", 1);

    // When
    erase(job);

    // Then
    Response again = form().idempotencyKey("k").file("t.csv", csv).post(TRANSACTIONS, key);
    assertThat(again.<String>path("jobId")).isEqualTo(job);
    assertThat(again.asString()).doesNotContain("Secret name");
  }

  @Test
  void aRetryAndItsCopiesOfTheRowsGoWithItsParent() {
    // Given a job, its retry, and the retry of that
    String parent = upload("false");
    ending.end(parent, "completed", 1, "1 3 failed VALIDATION_ERROR");
    String child = post(parent, "retry").path("jobId");
    ending.end(child, "completed", 0, "1 3 failed VALIDATION_ERROR");
    String grandchild = post(child, "retry").path("jobId");
    ending.end(grandchild, "completed", 0, "1 3 failed VALIDATION_ERROR");

    // When
    Response answer = erase(parent);

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    for (String job : new String[] {parent, child, grandchild}) {
      assertThat(stored.upload(job).get("sealed_key").isNull()).as(job).isTrue();
      assertThat(stored.upload(job).toString()).doesNotContain("Mother");
      assertThat(stored.job(job).toString()).doesNotContain("Mother").doesNotContain("t.csv");
      assertThat(results(job)).endsWith("amount The data of this job was erased.");
      assertRefused(post(job, "retry"), 410, "ROWS_EXPIRED", "");
    }
  }

  @Test
  void aRetryThatIsErasedLeavesItsParentAlone() {
    String parent = upload("false");
    ending.end(parent, "completed", 1, "1 3 failed VALIDATION_ERROR");
    String child = post(parent, "retry").path("jobId");
    ending.end(child, "completed", 0, "1 3 failed VALIDATION_ERROR");

    erase(child);

    assertThat(stored.upload(child).get("sealed_key").isNull()).isTrue();
    assertThat(stored.upload(parent).get("sealed_key").isNull()).isFalse();
    assertThat(stored.job(parent).toString()).contains("Mother");
  }

  @Test
  void aRetryThatHasNotEndedKeepsTheRowsOfItsParent() {
    String parent = upload("false");
    ending.end(parent, "completed", 1, "1 3 failed VALIDATION_ERROR");
    String child = post(parent, "retry").path("jobId");

    assertRefused(erase(parent), 409, "INVALID_TRANSITION", child);
    assertThat(stored.upload(parent).get("sealed_key").isNull()).isFalse();
  }

  @Test
  void theCommitOfADryRunIsForgottenWithIt() {
    String dryRun = upload("true");
    ending.end(dryRun, "failed", 0, "1 3 failed VALIDATION_ERROR");
    String real = post(dryRun, "commit").path("jobId");
    ending.end(real, "completed", 1, "1 3 failed VALIDATION_ERROR");

    erase(real);

    for (String job : new String[] {dryRun, real}) {
      assertThat(stored.job(job).toString()).doesNotContain("Mother").doesNotContain("t.csv");
      assertThat(results(job)).endsWith("amount The data of this job was erased.");
    }
  }

  @Test
  void textsOfTheCallerAreForgottenAndSwitchesStay() {
    String job =
        form()
            .file("ann.csv", "tax_id,type,suggested_name,country_code\n1,person,A,AR\n")
            .field("label", "about ann")
            .field("attributes", "{\"note\": \"ann\"}")
            .field("depth", "3")
            .post(ENTITIES, key)
            .path("jobId");
    ending.end(job, "completed", 1);

    erase(job);

    assertThat(stored.job(job).toString()).doesNotContainIgnoringCase("ann");
    assertThat(job(job).at("/metadata/options/depth").asInt()).isEqualTo(3);
    assertThat(job(job).at("/metadata/fileName").asText()).isEqualTo("erased");
    assertThat(job(job).get("label").isNull()).isTrue();
  }

  @Test
  void moreFailuresThanFitIntoOneTransactionAreAllErased() {
    String job = upload("false");
    ending.end(job, "completed", 1, "1 3 failed VALIDATION_ERROR");
    stored.update(
        """
        INSERT INTO import_row_result (job_id, organization_id, file_number, row_number, outcome, code, message, value)
        SELECT id, organization_id, 1, n, 'failed', 'VALIDATION_ERROR', 'm', 'v'
          FROM import_job, generate_series(4, 4503) AS n WHERE id = ?::uuid
        """,
        job);

    erase(job);

    assertThat(
            database.<Integer>transaction(
                tx ->
                    tx.queryOne(
                            "SELECT count(*) FROM import_row_result WHERE job_id = ?::uuid AND value IS NOT NULL",
                            row -> row.getInt(1),
                            job)
                        .orElseThrow()))
        .isZero();
  }

  @Test
  void addressesAreForgottenToo() {
    String job =
        form()
            .file("e.csv", "tax_id,type,suggested_name,country_code\n1,person,A,AR\n")
            .field("reportRecipientEmails", "[\"ann@example.org\"]")
            .post(ENTITIES, key)
            .path("jobId");
    ending.end(job, "completed", 1);
    assertThat(stored.job(job).toString()).contains("ann@example.org");

    erase(job);

    assertThat(stored.job(job).toString()).doesNotContain("ann@example.org");
  }

  @Test
  void aJobThatHasNotEndedKeepsItsData() {
    String job = upload("false");

    assertRefused(erase(job), 409, "INVALID_TRANSITION", "queued");
    assertThat(stored.upload(job).get("sealed_key").isNull()).isFalse();
  }

  @Test
  void rowsThatAnotherJobIsReadingStay() {
    // Given
    String dryRun = upload("true");
    ending.end(dryRun, "completed", 2);
    String real = post(dryRun, "commit").path("jobId");

    // When
    Response answer = erase(dryRun);

    // Then
    assertRefused(answer, 409, "INVALID_TRANSITION", real);
    assertThat(answer.<String>path("jobId")).isEqualTo(real);
    ending.end(real, "completed", 2);
    assertThat(erase(dryRun).statusCode()).isEqualTo(200);
    assertThat(job(real).get("rowsExpireAt").isNull()).isTrue();
  }

  @Test
  void onlyWhoMayImportTheKindMayErase() {
    String job = upload("false");
    ending.end(job, "completed", 2);

    Response answer =
        Tenant.as(tenant.key("events:create")).delete("/batch-import/jobs/{id}/data", job);

    assertRefused(answer, 403, "FORBIDDEN", "transactions:create");
  }

  private String upload(String dryRun) {
    Response answer = form().file("t.csv", CSV).field("dryRun", dryRun).post(TRANSACTIONS, key);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }

  private Response post(String jobId, String verb) {
    return Tenant.as(key).post("/batch-import/jobs/{id}/{verb}", jobId, verb);
  }

  private Response erase(String jobId) {
    return Tenant.as(key).delete("/batch-import/jobs/{id}/data", jobId);
  }

  private String results(String jobId) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    """
                    SELECT concat_ws(' ', file_number, row_number, outcome, code, column_name, row_key, value, cells, message)
                      FROM import_row_result WHERE job_id = ?::uuid
                    """,
                    row -> row.getString(1),
                    jobId)
                .orElseThrow());
  }

  private JsonNode job(String jobId) {
    return Stored.read(Tenant.as(key).get("/batch-import/jobs/{id}", jobId).asString()).get("job");
  }
}
