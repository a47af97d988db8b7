package io.rowledger.api.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.rowledger.api.security.Permission;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class MappingApiTest {

  private static final String MAPPINGS = "/batch-import/mappings";

  private static final String WHOLE =
      """
      {"name": "Bank statement", "target": "transaction",
       "columnMapping": {"version": 2, "unknownColumns": "reject", "fields": {
         "externalId": {"template": "{Day}-{#row}"},
         "type": {"column": "Kind", "values": {"Cash": "WITHDRAWAL"}, "default": "PAYMENT"},
         "amount": {"column": "Value", "decimal": ","},
         "metadata.rate": {"constant": 1.50},
         "currency": {"constant": "USD"}}},
       "defaultFields": {"channel": "branch"},
       "headersSnapshot": ["Day", "Kind", "Value"]}
      """;

  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.key(Permission.EVENTS_CREATE);
  }

  @Test
  void aNewMappingIsAnsweredWholeAndReadBackTheSame() {
    // When
    Response created = request().body(WHOLE).post(MAPPINGS);

    // Then
    created
        .then()
        .statusCode(201)
        .body("success", equalTo(true))
        .body("mapping.name", equalTo("Bank statement"))
        .body("mapping.target", equalTo("transaction"))
        .body("mapping.version", equalTo(1))
        .body("mapping.createdAt", matchesPattern("\\d{4}-.*T.*\\.\\d{3}Z"))
        .body("mapping.updatedAt", equalTo(created.path("mapping.createdAt")));
    JsonNode sent = json(WHOLE);
    JsonNode mapping = json(created.asString()).get("mapping");
    for (String part : List.of("columnMapping", "defaultFields", "headersSnapshot")) {
      assertThat(mapping.get(part)).as(part).isEqualTo(sent.get(part));
    }
    assertThat(created.asString()).as("digits stay").contains("1.50");
    assertThat(created.header("Location")).endsWith(MAPPINGS + "/" + id(created));
    Response read = Tenant.as(key).get(MAPPINGS + "/" + id(created));
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(json(read.asString())).isEqualTo(json(created.asString()));
  }

  @Test
  void whatIsOptionalIsEmpty() {
    request()
        .body("{\"name\": \"m\", \"target\": \"entity_mixed\", \"columnMapping\": {\"A\": null}}")
        .post(MAPPINGS)
        .then()
        .statusCode(201)
        .body("mapping.defaultFields", equalTo(Map.of()))
        .body("mapping.headersSnapshot", hasSize(0));
  }

  @Test
  void twoMappingsMayHaveOneName() {
    create("transaction");
    create("transaction");

    list(Map.of()).body("mappings.name", contains("m", "m"));
  }

  @Test
  void aChangeTouchesWhatItNamesAndRaisesTheVersion() {
    // Given
    String id = id(request().body(WHOLE).post(MAPPINGS));

    // When
    change(id, "{\"name\": \"Other\", \"columnMapping\": {\"Total\": \"amount\"}}")
        .statusCode(200)
        .body("success", equalTo(true))
        .body("mapping.id", equalTo(id))
        .body("mapping.version", equalTo(2));

    // Then
    get(id)
        .statusCode(200)
        .body("mapping.name", equalTo("Other"))
        .body("mapping.target", equalTo("transaction"))
        .body("mapping.columnMapping", equalTo(Map.of("Total", "amount")))
        .body("mapping.defaultFields", equalTo(Map.of("channel", "branch")))
        .body("mapping.headersSnapshot", contains("Day", "Kind", "Value"));
  }

  @Test
  void aChangeThatMakesTheWholeWrongIsRefusedAndNothingStays() {
    String id = id(request().body(WHOLE).post(MAPPINGS));

    change(id, "{\"name\": \"Other\", \"target\": \"entity_person\"}")
        .statusCode(400)
        .body("error.code", equalTo("VALIDATION_ERROR"))
        .body(
            "error.details.field",
            containsInAnyOrder(
                "columnMapping/fields/amount",
                "columnMapping/fields/metadata.rate",
                "columnMapping/fields/currency",
                "columnMapping/fields/type/values/Cash",
                "columnMapping/fields/type/default",
                "defaultFields/channel"));

    get(id).body("mapping.name", equalTo("Bank statement")).body("mapping.version", equalTo(1));
  }

  @Test
  void aChangeOfAnotherVersionIsRefused() {
    // Given
    String id = create("transaction");
    change(id, "{\"name\": \"second\", \"version\": 1}").statusCode(200);

    // When
    change(id, "{\"name\": \"third\", \"version\": 1}")
        .statusCode(409)
        .body("error.code", equalTo("CONFLICT"))
        .body("detail", containsString("version 2"));

    // Then
    get(id).body("mapping.name", equalTo("second")).body("mapping.version", equalTo(2));
  }

  @Test
  void noChangeAmongManyAtOnceIsLost() {
    // Given
    String id = create("transaction");
    ExecutorService clients = Executors.newFixedThreadPool(8);

    // When
    try {
      List<CompletableFuture<Integer>> changes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String body = "{\"name\": \"change %d\"}".formatted(i);
        changes.add(
            CompletableFuture.supplyAsync(() -> change(id, body).extract().statusCode(), clients));
      }
      assertThat(changes.stream().map(CompletableFuture::join)).containsOnly(200);
    } finally {
      clients.shutdownNow();
    }

    // Then
    get(id).body("mapping.version", equalTo(9));
  }

  @Test
  void aDeletedMappingIsGone() {
    String id = create("transaction");

    Tenant.as(key).delete(MAPPINGS + "/" + id).then().statusCode(200).body("ok", equalTo(true));

    get(id).statusCode(404).body("error.code", equalTo("MAPPING_NOT_FOUND"));
    Tenant.as(key)
        .delete(MAPPINGS + "/" + id)
        .then()
        .statusCode(404)
        .body("error.code", equalTo("MAPPING_NOT_FOUND"));
    list(Map.of()).body("mappings", hasSize(0));
  }

  @Test
  void theListIsPagedAndFilteredByTarget() {
    // Given
    List<String> transactions = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      transactions.add(0, create("transaction"));
      create("entity_person");
    }

    // When
    List<String> seen = new ArrayList<>();
    String token = null;
    do {
      ValidatableResponse page =
          list(
              token == null
                  ? Map.of("pageSize", "2", "target", "transaction")
                  : Map.of("pageSize", "2", "target", "transaction", "pageToken", token));
      seen.addAll(page.extract().path("mappings.id"));
      token = page.extract().path("nextPageToken");
    } while (token != null);

    // Then
    assertThat(seen).isEqualTo(transactions);
    list(Map.of("target", "entity_company")).body("mappings", hasSize(0));
  }

  @Test
  void aListOfATargetNobodyKnowsIsRefused() {
    Tenant.as(key)
        .queryParam("target", "robots")
        .get(MAPPINGS)
        .then()
        .statusCode(400)
        .body("error.details.field", contains("target"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'target': 'transaction', 'columnMapping': {}}|name",
        "{'name': ' ', 'target': 'transaction', 'columnMapping': {}}|name",
        "{'name': 7, 'target': 'transaction', 'columnMapping': {}}|name",
        "{'name': 'a\\u0000b', 'target': 'transaction', 'columnMapping': {}}|name",
        "{'name': 'm', 'columnMapping': {}}|target",
        "{'name': 'm', 'target': 'robots', 'columnMapping': {}}|target",
        "{'name': 'm', 'target': 'transaction'}|columnMapping",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': null}|columnMapping",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': []}|columnMapping",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': 'a'}|columnMapping",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {'a/b': 'amuont'}}"
            + "|columnMapping/a~1b",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {'a': 1}}|columnMapping/a",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {'a': 'type\\u0000'}}"
            + "|columnMapping/a",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {'version': 3, 'fields': {}}}"
            + "|columnMapping/version",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {'version': 2, 'fields':"
            + " {'transactedAt': {'column': 'a', 'format': 'yyyy-bb'}}}}"
            + "|columnMapping/fields/transactedAt/format",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {'version': 2, 'fields':"
            + " {'transactedAt': {'column': 'a', 'zone': 'Mars/Olympus'}}}}"
            + "|columnMapping/fields/transactedAt/zone",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {'version': 2, 'fields':"
            + " {'metadata.a': {'constant': 1e2000000}}}}|columnMapping",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'defaultFields': []}"
            + "|defaultFields",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'defaultFields':"
            + " {'amuont': 1}}|defaultFields/amuont",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'defaultFields':"
            + " {'metadata.a': {}}}|defaultFields/metadata.a",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'defaultFields':"
            + " {'metadata.a': 1e2000000}}|defaultFields",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'headersSnapshot': 'a'}"
            + "|headersSnapshot",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'headersSnapshot': [1]}"
            + "|headersSnapshot[0]",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'headersSnapshot': [null]}"
            + "|headersSnapshot[0]",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'headersSnapshot':"
            + " ['\\ud800']}|headersSnapshot[0]",
        "{'name': 'm', 'target': 'transaction', 'columnMapping': {}, 'colour': 1}|colour",
      })
  void aWrongMappingIsRefusedByThePathOfWhatIsWrong(String body, String field) {
    request()
        .body(body.replace('\'', '"'))
        .post(MAPPINGS)
        .then()
        .statusCode(400)
        .body("error.code", equalTo("VALIDATION_ERROR"))
        .body("error.details.field", hasItem(field));
    list(Map.of()).body("mappings", hasSize(0));
  }

  @Test
  void aNameIsAtMost200Characters() {
    String body = "{\"name\": \"%s\", \"target\": \"transaction\", \"columnMapping\": {}}";

    request().body(body.formatted("n".repeat(200))).post(MAPPINGS).then().statusCode(201);
    request()
        .body(body.formatted("n".repeat(201)))
        .post(MAPPINGS)
        .then()
        .statusCode(400)
        .body("error.details.field", contains("name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "7", "", "{"})
  void aBodyThatIsNoObjectIsRefused(String body) {
    String id = create("transaction");

    request().body(body).post(MAPPINGS).then().statusCode(400);
    request().body(body).patch(MAPPINGS + "/" + id).then().statusCode(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name': ' '}|name",
        "{'target': 'robots'}|target",
        "{'columnMapping': []}|columnMapping",
        "{'defaultFields': 7}|defaultFields",
        "{'version': 0}|version",
        "{'version': '1'}|version",
        "{'id': 'x'}|id",
      })
  void aWrongChangeIsRefusedByField(String body, String field) {
    String id = create("transaction");

    change(id, body.replace('\'', '"')).statusCode(400).body("error.details.field", hasItem(field));
    get(id).body("mapping.version", equalTo(1));
  }

  @Test
  void anotherOrganisationsMappingIsNotThere() {
    String id = create("transaction");
    key = Tenant.create().key(Permission.TRANSACTIONS_CREATE);

    get(id).statusCode(404);
    change(id, "{\"name\": \"mine\"}").statusCode(404);
    Tenant.as(key).delete(MAPPINGS + "/" + id).then().statusCode(404);
    list(Map.of()).body("mappings", hasSize(0));
    get(UUID.randomUUID().toString())
        .statusCode(404)
        .body("error.code", equalTo("MAPPING_NOT_FOUND"));
  }

  private String create(String target) {
    return id(
        request()
            .body(
                "{\"name\": \"m\", \"target\": \"%s\", \"columnMapping\": {\"A\": \"externalId\"}}"
                    .formatted(target))
            .post(MAPPINGS));
  }

  private RequestSpecification request() {
    return Tenant.as(key).contentType(ContentType.JSON);
  }

  private ValidatableResponse change(String id, String body) {
    return request().body(body).patch(MAPPINGS + "/" + id).then();
  }

  private ValidatableResponse get(String id) {
    return Tenant.as(key).get(MAPPINGS + "/" + id).then();
  }

  private ValidatableResponse list(Map<String, String> query) {
    return Tenant.as(key).queryParams(query).get(MAPPINGS).then().statusCode(200);
  }

  private static String id(Response created) {
    assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
    return created.path("mapping.id");
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
