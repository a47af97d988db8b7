package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form field {@code after}: an import that waits for a job. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class AfterTest {

  final Database database = Everything.database();
  @Inject Stored stored;
  private Tenant tenant;
  private String key;
  private String first;

  @BeforeEach
  void aJob() {
    tenant = Tenant.create();
    key = tenant.fullKey();
    first = tenant.entityJob();
  }

  @Test
  void theImportWaitsForTheJob() {
    JsonNode job = job(accepted(upload(first)));

    assertThat(job.get("status").textValue()).isEqualTo("queued");
    assertThat(job.get("after").textValue()).isEqualTo(first);
    assertThat(job.get("waitReason").textValue()).isEqualTo("dependency");
  }

  @Test
  void aCompletedJobIsNotWaitedFor() {
    end("status = 'completed', stopped_early = true");

    assertThat(job(accepted(upload(first))).get("waitReason").textValue()).isEqualTo("slots");
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "cancelled", "interrupted"})
  void aJobThatWillNotCompleteIsRefused(String status) {
    end(
        "status = '%s', failure_code = CASE WHEN '%s' = 'failed' THEN 'ROLLED_BACK' END"
            .formatted(status, status));

    Response answer = upload(first);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly("after");
    assertThat(answer.<String>path("detail")).contains(status);
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  @Test
  void unknownMalformedAndForeignIdsAreOneAnswer() {
    Set<String> details = new HashSet<>();
    for (String id :
        List.of(
            UUID.randomUUID().toString(), "nonsense", "1-1-1-1-1", Tenant.create().entityJob())) {
      Response answer = upload(id);
      assertThat(answer.statusCode()).as(id).isEqualTo(400);
      assertThat(answer.<String>path("error.code")).isEqualTo("VALIDATION_ERROR");
      assertThat(answer.<List<String>>path("error.details.field")).containsExactly("after");
      details.add(answer.path("detail") + "/" + answer.path("error.details.message"));
    }
    assertThat(details).hasSize(1);
  }

  private Response upload(String after) {
    return form()
        .field("after", after)
        .file("t.csv", "externalId,type,amount,currency\nt-1,PAYMENT,1,EUR\n")
        .post("/batch-import/import/transactions", key);
  }

  private static String accepted(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }

  private JsonNode job(String id) {
    return Stored.read(Tenant.as(key).get("/batch-import/jobs/" + id).asString()).get("job");
  }

  private void end(String assignments) {
    database.run(
        tx ->
            tx.update(
                "UPDATE import_job SET phase = 'done', completed_at = clock_timestamp(), "
                    + assignments
                    + " WHERE id = ?::uuid",
                first));
  }
}
