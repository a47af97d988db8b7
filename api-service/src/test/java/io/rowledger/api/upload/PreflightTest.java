package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.rowledger.api.security.Permission;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.mapping.FieldCatalog;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes that look at a file and import nothing. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class PreflightTest {

  private static final String CHECK = "/batch-import/validate-csv";
  private static final String SUGGEST = "/batch-import/mappings/suggest";
  private static final String HEADER = "externalId,type,amount,currency\n";
  private static final String GOOD = HEADER + "t-1,PAYMENT,1,USD\n";

  @Inject Stored stored;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.key(Permission.EVENTS_CREATE);
  }

  @Test
  void aGoodFileIsOkAndNothingIsImported() {
    // When
    JsonNode answer = check(form().file("t.csv", GOOD).field("target", "transaction"));

    // Then
    ObjectNode rest = answer.deepCopy();
    assertThat(rest.remove("interpretation").get("rows").asInt()).isEqualTo(1);
    assertThat(rest)
        .isEqualTo(
            Stored.read(
                """
                {"success": true, "ok": true, "target": "transaction", "missingCsvColumns": [],
                 "unknownColumns": [], "duplicateHeaders": [], "rows": 1, "invalidRows": 0,
                 "problems": [], "suggestions": []}
                """));
    assertThat(answer.at("/interpretation/sampleRows/0/0").asText()).isEqualTo("t-1");
    assertThat(stored.jobs(tenant)).isZero();
  }

  @Test
  void whatIsMissingComesWithTheClosestHeader() {
    String id =
        Tenant.as(key)
            .contentType(ContentType.JSON)
            .body(
                """
                {"name": "m", "target": "transaction", "columnMapping":
                 {"Ref": "externalId", "Kind": "type", "Value": "amount", "Cur": "currency"}}
                """)
            .post("/batch-import/mappings")
            .path("mapping.id");

    JsonNode answer =
        check(form().file("t.csv", "Ref,Kind,Valeu,Cur\na,FEE,1,USD\n").field("mappingId", id));

    assertThat(answer.get("ok").asBoolean()).isFalse();
    assertThat(answer.get("missingCsvColumns")).isEqualTo(Stored.read("[\"Value\"]"));
    assertThat(answer.get("unknownColumns")).isEqualTo(Stored.read("[\"Valeu\"]"));
    assertThat(answer.get("suggestions"))
        .isEqualTo(
            Stored.read(
                "[{\"column\": \"Value\", \"field\": \"amount\", \"closest\": \"Valeu\"}]"));
    assertThat(answer.get("invalidRows").asInt()).isEqualTo(1);
  }

  @Test
  void wrongRowsAreCountedAndTheFirstTwentyToldWithoutTheirCells() {
    // Given
    StringBuilder csv = new StringBuilder(GOOD);
    for (int i = 0; i < 25; i++) {
      csv.append("t-x,PAYMENT,secret").append(i).append(",USD\n");
    }
    csv.append("ragged\n");

    // When
    JsonNode answer = check(form().file("t.csv", csv.toString()).field("target", "transaction"));

    // Then
    assertThat(answer.get("ok").asBoolean()).as("an upload would be accepted").isTrue();
    assertThat(answer.get("rows").asInt()).isEqualTo(27);
    assertThat(answer.get("invalidRows").asInt()).isEqualTo(26);
    assertThat(answer.get("problems")).hasSize(20);
    ObjectNode first = (ObjectNode) answer.at("/problems/0");
    assertThat(first.remove("message").asText()).startsWith("Column \"amount\" is not valid");
    assertThat(first)
        .isEqualTo(
            Stored.read(
                "{\"rowNumber\": 3, \"column\": \"amount\", \"code\": \"VALIDATION_ERROR\"}"));
    assertThat(answer.get("problems").toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t.csv||EMPTY_FILE",
        "t.csv|externalId,type|EMPTY_FILE",
        "t.csv|%PDF-1.7|UNREADABLE_FILE",
        "t.xls|a,b|UNSUPPORTED_FORMAT",
        "t.json|[{]|UNREADABLE_FILE",
      })
  void aFileThatCannotBeReadIsAnAnswerToo(String name, String content, String code) {
    JsonNode answer =
        check(form().file(name, content == null ? "" : content).field("target", "transaction"));

    assertThat(answer.get("ok").asBoolean()).isFalse();
    assertThat(answer.at("/error/code").asText()).isEqualTo(code);
    assertThat(answer.at("/error/message").asText()).isNotBlank();
    assertThat(answer.get("interpretation").isNull()).isTrue();
    assertThat(answer.get("rows").asInt()).isZero();
  }

  @Test
  void aFileThatBreaksHalfwayIsToldUpToThere() {
    JsonNode answer =
        check(form().file("t.csv", GOOD + "\"t-2,FEE,1,USD\n").field("target", "transaction"));

    assertThat(answer.get("ok").asBoolean()).isFalse();
    assertThat(answer.at("/error/code").asText()).isEqualTo("UNREADABLE_FILE");
    assertThat(answer.at("/error/message").asText()).contains("line 3");
    assertThat(answer.get("rows").asInt()).isEqualTo(1);
    assertThat(answer.at("/interpretation/delimiter").asText()).isEqualTo(",");
  }

  @Test
  void doubleHeadersAreNamed() {
    JsonNode answer =
        check(form().file("t.csv", "a,b,a,b,c\n1,2,3,4,5\n").field("target", "transaction"));

    assertThat(answer.get("ok").asBoolean()).isFalse();
    assertThat(answer.get("duplicateHeaders")).isEqualTo(Stored.read("[\"a\", \"b\"]"));
    assertThat(answer.at("/error/code").asText()).isEqualTo("DUPLICATE_HEADER");
  }

  @Test
  void moreRowsThanMayBeSentAreNotOk() {
    Tenant.as(Tenant.ADMIN_KEY)
        .contentType(ContentType.JSON)
        .body("{\"limits\": {\"maxRowsPerFile\": 1}}")
        .patch("/admin/organizations/{id}", tenant.id());

    JsonNode answer =
        check(form().file("t.csv", GOOD + "t-2,FEE,1,USD\n").field("target", "transaction"));

    assertThat(answer.get("ok").asBoolean()).isFalse();
    assertThat(answer.at("/error/code").asText()).isEqualTo("TOO_MANY_ITEMS");
    assertThat(answer.get("rows").asInt()).isEqualTo(2);
  }

  @Test
  void unknownColumnsAreNotOkWhenTheMappingRejectsThem() {
    String mapping =
        """
        {"version": 2, "unknownColumns": "%s", "fields": {
          "externalId": {"column": "externalId"}, "type": {"constant": "FEE"},
          "amount": {"column": "amount"}, "currency": {"constant": "USD"}}}
        """;
    for (String policy : List.of("warn", "ignore", "reject")) {
      JsonNode answer =
          check(
              form()
                  .field("target", "transaction")
                  .field("columnMapping", mapping.formatted(policy))
                  .file("t.csv", "externalId,amount,Shoe\nt,1,44\n"));

      assertThat(answer.get("ok").asBoolean()).as(policy).isEqualTo(!policy.equals("reject"));
      assertThat(answer.get("unknownColumns")).isEqualTo(Stored.read("[\"Shoe\"]"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // the upload's options decide what entities need
    "manual,BR,false,name",
    "automatic,BR,true,",
    "automatic,,false,countryCode",
  })
  void entitiesAreCheckedAsTheUploadWillBe(
      String mode, String country, boolean ok, String missing) {
    Form form =
        form()
            .file("e.csv", "tax_id,type\n52998224725,person\n")
            .field("target", "entity_mixed")
            .field("entityImportMode", mode);
    JsonNode answer = check(country == null ? form : form.field("country", country));

    assertThat(answer.get("ok").asBoolean()).isEqualTo(ok);
    assertThat(answer.get("missingCsvColumns"))
        .isEqualTo(Stored.read(missing == null ? "[]" : "[\"" + missing + "\"]"));
    assertThat(answer.get("invalidRows").asInt()).isEqualTo(ok ? 0 : 1);
  }

  @Test
  void aKeyThatComesLateInJsonIsSeen() {
    JsonNode answer =
        check(
            form()
                .field("target", "transaction")
                .file(
                    "t.json",
                    """
                    [{"externalId": "a", "type": "FEE", "amount": 1},
                     {"externalId": "b", "type": "FEE", "amount": 1, "currency": "USD"}]
                    """));

    assertThat(answer.get("ok").asBoolean()).isTrue();
    assertThat(answer.get("invalidRows").asInt()).isEqualTo(1);
    assertThat(answer.at("/problems/0/rowNumber").asInt()).isEqualTo(1);
  }

  static Stream<Arguments> wrongRequests() {
    return Stream.of(
        Arguments.of(form().field("target", "transaction"), 400, "file"),
        Arguments.of(form().file("t.csv", GOOD), 400, "target"),
        Arguments.of(form().file("t.csv", GOOD).field("target", "robots"), 400, "target"),
        Arguments.of(form().file("t.csv", GOOD).field("columnMapping", "{}"), 400, "target"),
        Arguments.of(
            form().file("t.csv", GOOD).field("target", "transaction").field("delimiter", "#"),
            400,
            "delimiter"),
        Arguments.of(
            form()
                .file("t.csv", GOOD)
                .field("target", "transaction")
                .field("columnMapping", "{\"a\": \"amuont\"}"),
            400,
            "columnMapping/a"),
        Arguments.of(
            form().file("t.csv", GOOD).field("mappingId", "x").field("columnMapping", "{}"),
            400,
            "mappingId"),
        Arguments.of(
            form().file("e.csv", GOOD).field("target", "entity_mixed").field("country", "QQ"),
            400,
            "country"));
  }

  @ParameterizedTest
  @MethodSource("wrongRequests")
  void aWrongRequestIsRefused(Form form, int status, String field) {
    Response answer = form.post(CHECK, key);

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.<List<String>>path("error.details.field")).contains(field);
  }

  @Test
  void aMappingThatIsNotThereIs404() {
    String foreign = Tenant.create().mappingId();

    for (String id : List.of("x", foreign)) {
      Response answer = form().file("t.csv", GOOD).field("mappingId", id).post(CHECK, key);

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.<String>path("error.code")).isEqualTo("MAPPING_NOT_FOUND");
    }
  }

  @Test
  void aSuggestionCanBeKeptAndImportsTheFileItWasMadeFor() {
    // Given
    String csv =
        """
        Data;Hora;Referência;Tipo;Valor;Moeda;Loja
        31/12/2025;09:15;A-1;PAYMENT;1.234,56;BRL;X
        01/02/2026;18:00;A-2;REFUND;7,00;BRL;Y
        """;

    // When
    Response answer = form().file("x.csv", csv).field("target", "transaction").post(SUGGEST, key);

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    JsonNode suggestion = Stored.read(answer.asString());
    assertThat(suggestion.get("missingRequired")).isEmpty();
    assertThat(suggestion.at("/columns/6"))
        .isEqualTo(
            Stored.read(
                "{\"column\": \"Loja\", \"field\": null, \"confidence\": 0.0, \"reason\": null}"));
    assertThat(suggestion.at("/interpretation/columns/Valor").asText()).isEqualTo("amount");
    String id =
        Tenant.as(key)
            .contentType(ContentType.JSON)
            .body(
                Map.of(
                    "name", "suggested",
                    "target", suggestion.get("target").asText(),
                    "columnMapping", answer.jsonPath().<Map<String, Object>>get("columnMapping")))
            .post("/batch-import/mappings")
            .then()
            .statusCode(201)
            .extract()
            .path("mapping.id");
    JsonNode checked = check(form().file("x.csv", csv).field("mappingId", id));
    assertThat(checked.get("ok").asBoolean()).isTrue();
    assertThat(checked.get("invalidRows").asInt()).isZero();
    Response uploaded =
        form()
            .file("x.csv", csv)
            .field("mappingId", id)
            .post("/batch-import/import/transactions", tenant.fullKey());
    assertThat(uploaded.statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "robots"})
  void aSuggestionNeedsATarget(String target) {
    Response answer = form().file("t.csv", GOOD).field("target", target).post(SUGGEST, key);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly("target");
  }

  @Test
  void nothingCanBeSuggestedForAFileThatCannotBeRead() {
    Response answer =
        form().file("t.csv", "%PDF-1.7").field("target", "transaction").post(SUGGEST, key);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("UNREADABLE_FILE");
  }

  static Stream<Arguments> templates() {
    List<Arguments> kinds = new ArrayList<>();
    kinds.add(Arguments.of("transactions", "transaction_batch", MappingTarget.TRANSACTION));
    kinds.add(Arguments.of("entities", "entity_automatic", MappingTarget.ENTITY_MIXED));
    kinds.add(Arguments.of("user-events", "user_event_batch", MappingTarget.USER_EVENT));
    return kinds.stream();
  }

  @ParameterizedTest
  @MethodSource("templates")
  void aTemplateHasAColumnForEveryFieldAndImportsAsItIs(
      String kind, String wireKind, MappingTarget target) {
    // When
    Response template = Tenant.as(key).get("/batch-import/templates/" + kind + ".csv");

    // Then
    assertThat(template.statusCode()).isEqualTo(200);
    assertThat(template.contentType()).isEqualTo("text/csv;charset=UTF-8");
    assertThat(template.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"" + kind + "-template.csv\"");
    JsonNode checked =
        check(form().file("t.csv", template.asByteArray()).field("target", target.wireName()));
    assertThat(checked.get("ok").asBoolean()).as(checked.toString()).isTrue();
    assertThat(checked.get("invalidRows").asInt()).as(checked.toString()).isZero();
    assertThat(checked.get("rows").asInt()).isEqualTo(2);
    assertThat(checked.get("unknownColumns")).isEmpty();
    List<String> fed = new ArrayList<>();
    checked.at("/interpretation/columns").forEach(field -> fed.add(field.asText()));
    FieldCatalog.of(target)
        .fields()
        .forEach(
            field ->
                assertThat(fed)
                    .as(field.name())
                    .anyMatch(
                        name -> name.equals(field.name()) || name.startsWith(field.name() + ".")));
    assertThat(Tenant.as(key).get("/batch-import/templates/" + wireKind + ".csv").asString())
        .isEqualTo(template.asString());
  }

  @ParameterizedTest
  @CsvSource({
    "transactions,/batch-import/import/transactions",
    "entities,/batch-import/import/entities",
  })
  void aTemplateIsAccepted(String kind, String route) {
    byte[] template = Tenant.as(key).get("/batch-import/templates/" + kind + ".csv").asByteArray();

    Response answer = form().file("t.csv", template).post(route, tenant.fullKey());

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    assertThat(answer.<Integer>path("totalItems")).isEqualTo(2);
  }

  @Test
  void theTemplateOfEntitiesHasTheNamesOfThePlatform() {
    String header =
        Tenant.as(key)
            .get("/batch-import/templates/entities.csv")
            .asString()
            .lines()
            .findFirst()
            .orElseThrow();

    assertThat(List.of(header.split(",")))
        .contains(
            "tax_id",
            "type",
            "suggested_name",
            "country_code",
            "external_id",
            "is_client",
            "attributes",
            "entity_data.person.date_of_birth");
  }

  @Test
  void aTemplateOfNothingIs404() {
    assertThat(Tenant.as(key).get("/batch-import/templates/robots.csv").statusCode())
        .isEqualTo(404);
  }

  private JsonNode check(Form form) {
    Response answer = form.post(CHECK, key);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return Stored.read(answer.asString());
  }
}
