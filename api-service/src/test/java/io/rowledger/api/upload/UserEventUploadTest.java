package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Permission;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class UserEventUploadTest {

  private static final String ROUTE = "/batch-import/import/user-events";
  private static final String CSV =
      """
      event_type,tax_id,taxIdCountry,device_details.os,Colour
      LOGIN,60281044856,BR,Linux,red
      """;

  @Inject Stored stored;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.key(Permission.EVENTS_CREATE);
  }

  @Test
  void theAnswerSaysHowTheFileWasRead() {
    // When
    Response answer = form().file("e.csv", CSV).post(ROUTE, key);

    // Then
    JsonNode body = accepted(answer);
    String jobId = body.get("jobId").asText();
    assertThat(body.get("kind").asText()).isEqualTo("user_event_batch");
    assertThat(body.get("message").asText()).isEqualTo("1 row is queued.");
    assertThat(body.has("importMode")).isFalse();
    assertThat(body.at("/interpretation/0/columns"))
        .isEqualTo(
            Stored.read(
                """
                {"event_type": "eventType", "tax_id": "taxId", "taxIdCountry": "taxIdCountry",
                 "device_details.os": "deviceDetails.os"}
                """));
    assertThat(body.at("/interpretation/0/columnsIgnored/0").asText()).isEqualTo("Colour");
    assertThat(answer.header("Location")).endsWith("/batch-import/jobs/" + jobId);
    assertThat(only(stored.chunks(jobId)).rows())
        .containsExactly(RawRow.of(2, List.of("LOGIN", "60281044856", "BR", "Linux", "red")));
  }

  @Test
  void everyRowIsTriedAndTheDefaultsAreTheContract() {
    String jobId = accepted(form().file("e.csv", CSV).post(ROUTE, key)).get("jobId").asText();

    JsonNode job = stored.job(jobId);
    assertThat(job.get("kind").asText()).isEqualTo("user_event_batch");
    assertThat(job.get("error_handling").asText()).isEqualTo("continue_collect_errors");
    assertThat(job.at("/options"))
        .isEqualTo(Stored.read("{\"executeRules\": true, \"withAutoEntity\": true}"));
    assertThat(job.at("/metadata/options")).isEqualTo(job.at("/options"));
    assertThat(job.at("/metadata/entitiesCreated").asInt(-1)).isZero();
    assertThat(job.toString()).doesNotContain("60281044856");
  }

  @Test
  void optionsAndAMappingMayFollowTheFile() {
    JsonNode body =
        accepted(
            form()
                .file("e.csv", "What;CPF\nin;60281044856\n")
                .field("withAutoEntity", "false")
                .field("executeRules", "false")
                .field("batchErrorHandling", "rollback_all")
                .field(
                    "columnMapping",
                    """
                    {"version": 2, "fields": {
                      "eventType": {"column": "What", "values": {"in": "LOGIN"}},
                      "taxId": {"column": "CPF"}, "taxIdCountry": {"constant": "BR"}}}
                    """)
                .post(ROUTE, key));

    JsonNode job = stored.job(body.get("jobId").asText());
    assertThat(job.at("/options"))
        .isEqualTo(Stored.read("{\"executeRules\": false, \"withAutoEntity\": false}"));
    assertThat(job.at("/metadata").has("entitiesCreated")).isFalse();
    assertThat(job.at("/mapping/target").asText()).isEqualTo("user_event");
    // User events know one mode only, and say so.
    assertThat(job.get("error_handling").asText()).isEqualTo("continue_collect_errors");
    assertThat(body.at("/interpretation/0/warnings").toString()).contains("batchErrorHandling");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"eventType\": \"LOGIN\", \"isVpn\": true}]",
        "{\"events\": [{\"eventType\": \"LOGIN\", \"isVpn\": true}]}",
      })
  void jsonIsTaken(String json) {
    JsonNode body = accepted(form().file("e.json", json).post(ROUTE, key));

    Chunk chunk = only(stored.chunks(body.get("jobId").asText()));
    assertThat(chunk.format()).isEqualTo(CellFormat.JSON);
    assertThat(chunk.rows()).containsExactly(RawRow.of(1, List.of("LOGIN", "true")));
  }

  @Test
  void aFileThatCannotHoldAnEventIsRefused() {
    Response answer = form().file("e.csv", "kind,tax_ids\nLOGIN,1\n").post(ROUTE, key);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("MISSING_COLUMNS");
    assertThat(answer.<List<String>>path("error.details.field"))
        .containsExactly("eventType", "entityId or entityExternalId or taxId");
    assertThat(answer.<String>path("error.details[1].message")).contains("\"tax_ids\"");
    assertThat(stored.jobs(tenant)).isZero();
  }

  @Test
  void whatIsWrongWithTheFormIsSaidAtOnce() {
    Response answer =
        form()
            .file("e.csv", CSV)
            .field("withAutoEntity", "yes")
            .field("executeRules", "1")
            .field("columnMapping", "{\"X\": \"amount\"}")
            .post(ROUTE, key);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<List<String>>path("error.details.field"))
        .containsExactlyInAnyOrder("withAutoEntity", "executeRules", "columnMapping/X");
  }

  @Test
  void oneFileIsTheMost() {
    Response answer = form().file("a.csv", CSV).file("b.csv", CSV).post(ROUTE, key);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<String>path("error.message")).contains("this route takes one");
  }

  @Test
  void theDescriptionTellsWhatIsAnsweredOnlyOnce() {
    JsonNode description =
        Stored.read(Tenant.as(key).get("/q/openapi?format=json").then().extract().asString());

    for (String route : List.of(ROUTE, "/batch-import/import/entities")) {
      assertThat(description.path("paths").path(route).at("/post/responses/202/$ref").asText())
          .isEqualTo("#/components/responses/Accepted");
    }
    assertThat(
            description
                .at("/components/responses/Accepted/content/application~1json/examples/accepted")
                .toString())
        .contains("\"jobId\"");
  }

  private static JsonNode accepted(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return Stored.read(answer.asString());
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }
}
