package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRecord;
import io.rowledger.core.entity.EntityRows;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.row.Checked;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that name a mapping by its id. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class SavedMappingTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ENTITIES = "/batch-import/import/entities";
  private static final String CSV = "Ref,Kind,Total,Cur\nt-1,PAYMENT,\"1,50\",USD\n";

  private static final String COLUMNS =
      """
      {"version": 2, "fields": {
        "externalId": {"column": "Ref"}, "type": {"column": "Kind"},
        "amount": {"column": "Total", "decimal": ","}, "currency": {"column": "Cur"}}}
      """;

  @Inject Stored stored;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void theJobKeepsTheMappingAsItWasWhenAccepted() {
    // Given
    String id = mapping("transaction", COLUMNS, "{\"channel\": \"branch\"}");
    Response answer = form().file("m.csv", CSV).field("mappingId", id).post(TRANSACTIONS, key);
    String jobId = accepted(answer);
    JsonNode before = stored.job(jobId).get("mapping");

    // When
    Tenant.as(key)
        .contentType(ContentType.JSON)
        .body("{\"columnMapping\": {\"Other\": \"externalId\"}}")
        .patch("/batch-import/mappings/{id}", id)
        .then()
        .statusCode(200);
    Tenant.as(key).delete("/batch-import/mappings/{id}", id).then().statusCode(200);

    // Then
    JsonNode job = stored.job(jobId);
    assertThat(job.get("mapping")).isEqualTo(before);
    assertThat(job.at("/mapping/target").asText()).isEqualTo("transaction");
    assertThat(job.at("/mapping/columnMapping")).isEqualTo(Stored.read(COLUMNS));
    assertThat(job.at("/mapping/defaultFields"))
        .isEqualTo(Stored.read("{\"channel\": \"branch\"}"));
    JsonNode shown =
        Stored.read(Tenant.as(key).get("/batch-import/jobs/" + jobId).asString())
            .at("/job/metadata");
    assertThat(shown.get("mappingId").asText()).isEqualTo(id);
    assertThat(shown.get("mappingVersion").asInt()).isEqualTo(1);
  }

  @Test
  void aJobWithoutASavedMappingNamesNone() {
    String jobId =
        accepted(form().file("m.csv", CSV).field("columnMapping", COLUMNS).post(TRANSACTIONS, key));

    JsonNode metadata = stored.job(jobId).get("metadata");
    assertThat(metadata.has("mappingId")).isFalse();
    assertThat(metadata.has("mappingVersion")).isFalse();
  }

  @Test
  void theVersionIsTheOneThatWasUsed() {
    String id = mapping("transaction", COLUMNS, "{}");
    Tenant.as(key)
        .contentType(ContentType.JSON)
        .body("{\"name\": \"again\"}")
        .patch("/batch-import/mappings/{id}", id)
        .then()
        .statusCode(200);

    String jobId =
        accepted(form().file("m.csv", CSV).field("mappingId", id).post(TRANSACTIONS, key));

    assertThat(stored.job(jobId).at("/metadata/mappingVersion").asInt()).isEqualTo(2);
  }

  @Test
  void aMappingComesByIdOrWithTheFormNotBoth() {
    String id = mapping("transaction", COLUMNS, "{}");

    Response answer =
        form()
            .file("m.csv", CSV)
            .field("mappingId", id)
            .field("columnMapping", COLUMNS)
            .post(TRANSACTIONS, key);

    refused(answer, 400, "VALIDATION_ERROR");
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly("mappingId");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "1-1-1-1-1", "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e"})
  void aMappingThatIsNotThereIs404(String id) {
    refused(
        form().file("m.csv", CSV).field("mappingId", id).post(TRANSACTIONS, key),
        404,
        "MAPPING_NOT_FOUND");
  }

  @Test
  void anotherOrganisationsMappingIs404() {
    String foreign = Tenant.create().mappingId();

    refused(
        form().file("m.csv", CSV).field("mappingId", foreign).post(TRANSACTIONS, key),
        404,
        "MAPPING_NOT_FOUND");
    assertThat(stored.jobs(tenant)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "entity_person," + TRANSACTIONS,
    "entity_mixed," + TRANSACTIONS,
    "transaction," + ENTITIES,
  })
  void aMappingOfAnotherKindIsRefused(String target, String route) {
    String id = mapping(target, "{\"A\": \"externalId\"}", "{}");

    refused(
        form().file("m.csv", CSV).field("mappingId", id).post(route, key),
        400,
        "MAPPING_TARGET_MISMATCH");
    assertThat(stored.jobs(tenant)).isZero();
  }

  /** The whole way to the record, with the code a worker uses. */
  @ParameterizedTest
  @CsvSource({
    // target, type column, request's country, row's country -> type, country
    "entity_person,,MX,,person,BR",
    "entity_company,,MX,AR,company,AR",
    "entity_mixed,company,MX,,company,BR",
  })
  void theTargetFixesTheTypeAndDefaultsComeBeforeTheRequest(
      String target, String type, String requested, String own, String isType, String isCountry) {
    // Given
    String columns =
        "{\"Doc\": \"taxId\", \"Who\": \"name\", \"Land\": \"countryCode\"%s}"
            .formatted(type == null ? "" : ", \"Kind\": \"type\"");
    String id = mapping(target, columns, "{\"countryCode\": \"BR\", \"status\": \"active\"}");
    String tax =
        isCountry.equals("AR")
            ? "30520325138"
            : isType.equals("person") ? "52998224725" : "11222333000181";
    String csv =
        "Doc,Who,Land,Kind\n%s,Ana,%s,%s\n"
            .formatted(tax, own == null ? "" : own, type == null ? "" : type);

    // When
    String jobId =
        accepted(
            form()
                .file("e.csv", csv)
                .field("mappingId", id)
                .field("country", requested)
                .post(ENTITIES, key));

    // Then
    JsonNode job = stored.job(jobId);
    Chunk chunk = stored.chunks(jobId).get(0);
    Checked<EntityRecord> row =
        EntityRows.parser(
                Mapping.fromJson(job.get("mapping")).bind(chunk.columns(), chunk.format()),
                EntityOptions.fromJson(job.get("options")))
            .parse(chunk.rows().get(0));
    assertThat(row).isInstanceOf(Checked.Valid.class);
    EntityRecord record = ((Checked.Valid<EntityRecord>) row).record();
    assertThat(record.type()).isEqualTo(isType);
    assertThat(record.countryCode()).isEqualTo(isCountry);
    assertThat(record.status()).isEqualTo("active");
  }

  @ParameterizedTest
  @CsvSource({"warn,202", "ignore,202", "reject,400"})
  void columnsThatTheMappingDoesNotNameAreWhatItSays(String policy, int status) {
    String mapping =
        COLUMNS.replace("\"version\"", "\"unknownColumns\": \"%s\", \"version\"".formatted(policy));
    String csv = "Ref,Kind,Total,Cur,Shoe size\nt-1,PAYMENT,1,USD,44\n";
    String json =
        "[{\"Ref\": \"t\", \"Kind\": \"FEE\", \"Total\": 1, \"Cur\": \"USD\", \"Shoe size\": 4}]";

    for (Form form : List.of(form().file("m.csv", csv), form().file("m.json", json))) {
      Response answer = form.field("columnMapping", mapping).post(TRANSACTIONS, key);

      assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
      if (status == 400) {
        assertThat(answer.<List<String>>path("error.details.field")).containsExactly("Shoe size");
      } else {
        JsonNode read = Stored.read(answer.asString()).at("/interpretation/0");
        assertThat(read.get("columnsIgnored").get(0).asText()).isEqualTo("Shoe size");
        assertThat(read.get("warnings").toString().contains("Shoe size"))
            .isEqualTo(policy.equals("warn"));
      }
    }
  }

  private String mapping(String target, String columnMapping, String defaultFields) {
    return Tenant.as(key)
        .contentType(ContentType.JSON)
        .body(
            "{\"name\": \"%s\", \"target\": \"%s\", \"columnMapping\": %s, \"defaultFields\": %s}"
                .formatted(UUID.randomUUID(), target, columnMapping, defaultFields))
        .post("/batch-import/mappings")
        .then()
        .statusCode(201)
        .extract()
        .path("mapping.id");
  }

  private static String accepted(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }

  private static void refused(Response answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.<String>path("error.code")).isEqualTo(code);
  }
}
