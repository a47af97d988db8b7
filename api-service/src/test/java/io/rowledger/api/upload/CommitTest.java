package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static io.rowledger.api.upload.RetryTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class CommitTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String CSV = "externalId,type,amount,currency\na,PAYMENT,1,USD\n";

  @Inject Stored stored;
  @Inject Ending ending;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void theDryRunIsMarkedWhereverItIsSeen() {
    String dryRun = upload("true");

    assertThat(stored.job(dryRun).get("dry_run").asBoolean()).isTrue();
    assertThat(job(dryRun).get("dryRun").asBoolean()).isTrue();
    assertThat(job(upload("false")).get("dryRun").asBoolean()).isFalse();
  }

  @Test
  void theRealJobHasTheSameRowsAndEverythingElseOfTheDryRun() {
    // Given
    String dryRun = upload("true");
    ending.end(dryRun, "completed", 1);

    // When
    Response answer = commit(dryRun);

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    String real = answer.path("jobId");
    assertThat(answer.header("Location")).endsWith("/batch-import/jobs/" + real);
    assertThat(answer.<String>path("status")).isEqualTo("queued");
    assertThat(answer.<Integer>path("totalItems")).isEqualTo(1);
    assertThat(answer.<Integer>path("fileCount")).isEqualTo(1);
    assertThat(answer.<String>path("interpretation[0].fileName")).isEqualTo("t.csv");
    JsonNode before = stored.job(dryRun);
    JsonNode after = stored.job(real);
    for (String same :
        List.of("kind", "upload_id", "error_handling", "options", "mapping", "label", "metadata")) {
      assertThat(after.get(same)).as(same).isEqualTo(before.get(same));
    }
    assertThat(job(real).get("dryRun").asBoolean()).isFalse();
    assertThat(job(real).get("commitOf").asText()).isEqualTo(dryRun);
  }

  @Test
  void committedAgainItIsTheSameJob() {
    // Given
    String dryRun = upload("true");
    ending.end(dryRun, "completed", 1);
    String real = commit(dryRun).path("jobId");
    ending.end(real, "completed", 1);
    stored.update("UPDATE organization SET max_open_jobs = 1 WHERE id = ?::uuid", tenant.id());
    upload("false");

    // When
    Response again = commit(dryRun);

    // Then
    assertThat(again.statusCode()).as(again.asString()).isEqualTo(200);
    assertThat(again.<String>path("jobId")).isEqualTo(real);
    assertThat(again.<String>path("status")).isEqualTo("completed");
  }

  @Test
  void committedByManyAtOnceItIsOneJob() throws Exception {
    // Given
    String dryRun = upload("true");
    ending.end(dryRun, "completed", 1);
    ExecutorService clients = Executors.newFixedThreadPool(4);

    // When
    Set<String> jobs = new HashSet<>();
    int queued = 0;
    try {
      Callable<Response> client = () -> commit(dryRun);
      for (Future<Response> answer : clients.invokeAll(List.of(client, client, client, client))) {
        assertThat(answer.get().statusCode()).isIn(200, 202);
        queued += answer.get().statusCode() == 202 ? 1 : 0;
        jobs.add(answer.get().path("jobId"));
      }
    } finally {
      clients.shutdown();
    }

    // Then
    assertThat(jobs).hasSize(1);
    assertThat(queued).isEqualTo(1);
    assertThat(stored.jobs(tenant)).isEqualTo(2);
  }

  @Test
  void aDryRunThatFailedMayBeCommittedOnceItsReasonIsGone() {
    String dryRun = upload("true");
    ending.end(dryRun, "failed", 0, "1 2 failed ENTITY_NOT_FOUND");

    assertThat(commit(dryRun).statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancelled", "interrupted"})
  void aDryRunThatWasNotFinishedIsNoForecast(String status) {
    String dryRun = upload("true");
    ending.end(dryRun, status, 0);

    assertRefused(commit(dryRun), 409, "INVALID_TRANSITION", status);
  }

  @Test
  void whatIsNoFinishedDryRunCannotBeCommitted() {
    String real = upload("false");
    ending.end(real, "completed", 1);

    assertRefused(commit(real), 409, "INVALID_TRANSITION", "no dry run");
    assertRefused(commit(upload("true")), 409, "INVALID_TRANSITION", "queued");
  }

  @Test
  void rowsThatAreGoneAre410() {
    String dryRun = upload("true");
    ending.end(dryRun, "completed", 1);
    stored.update(
        "UPDATE upload SET sealed_key = NULL WHERE id = (SELECT upload_id FROM import_job WHERE id = ?::uuid)",
        dryRun);

    assertRefused(commit(dryRun), 410, "ROWS_EXPIRED", "no longer kept");
  }

  @Test
  void aCommitCountsTowardTheOpenJobs() {
    String dryRun = upload("true");
    ending.end(dryRun, "completed", 1);
    stored.update("UPDATE organization SET max_open_jobs = 1 WHERE id = ?::uuid", tenant.id());
    upload("false");

    assertRefused(commit(dryRun), 429, "TOO_MANY_JOBS", "it may have 1");
  }

  @Test
  void onlyWhoMayImportTheKindMayCommit() {
    String dryRun = upload("true");
    ending.end(dryRun, "completed", 1);

    Response answer =
        Tenant.as(tenant.key("entities:bulk_import"))
            .post("/batch-import/jobs/{id}/commit", dryRun);

    assertRefused(answer, 403, "FORBIDDEN", "transactions:create");
  }

  private String upload(String dryRun) {
    Response answer =
        form()
            .file("t.csv", CSV)
            .field("dryRun", dryRun)
            .field("batchErrorHandling", "stop_keep_success")
            .field("label", "January")
            .post(TRANSACTIONS, key);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }

  private Response commit(String jobId) {
    return Tenant.as(key).post("/batch-import/jobs/{id}/commit", jobId);
  }

  private JsonNode job(String jobId) {
    return Stored.read(Tenant.as(key).get("/batch-import/jobs/{id}", jobId).asString()).get("job");
  }
}
