package io.rowledger.api.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.rowledger.api.security.Permission;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.testkit.RowledgerStack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class RecordTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final UUID ENTITY = UUID.fromString("0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10");

  final Database database = Everything.database();
  private Tenant tenant;
  private String key;
  private UUID job;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.key(Permission.EVENTS_CREATE);
    job = UUID.fromString(tenant.transactionJob());
  }

  @Test
  void aTransactionHasEveryFieldAndItsAmountEveryDigit() {
    // Given
    UUID id = UuidV7.next();
    insert(
        """
        INSERT INTO transactions VALUES (?, ?::uuid, ?, 2, 7, 't-1', 'REFUND', 12345678901234567890.000000000000000010,
          'BRL', 'SENT', 'PIX', 'd', 'c', 'r', '2026-01-31 12:00:00.123456+00', 'ch',
          '0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10', 'o-ext', 'o-tax', 'o-name', 'BR', '{"o": 1}',
          NULL, 'd-ext', 'd-tax', 'd-name', 'AR', '{"d": 1}',
          '{"lat": -23.550520000}', '{"e": [1, null]}', '{"m": {"n": "\\u00e9\\""}}', '2026-02-01 00:00:00+00')
        """,
        id,
        tenant.id(),
        job);

    // When
    Response list = get("/transactions");
    Response one = get("/transactions/external/t-1");

    // Then
    String record =
        """
        {"id": "%s", "jobId": "%s", "fileNumber": 2, "rowNumber": 7,
         "createdAt": "2026-02-01T00:00:00.000Z", "externalId": "t-1", "type": "REFUND",
         "amount": 12345678901234567890.000000000000000010, "currency": "BRL", "status": "SENT",
         "paymentMethod": "PIX", "description": "d", "category": "c", "reason": "r",
         "transactedAt": "2026-01-31T12:00:00.123Z", "channel": "ch",
         "originEntityId": "0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10", "originExternalId": "o-ext",
         "originTaxId": "o-tax", "originName": "o-name", "originCountry": "BR",
         "originDetails": {"o": 1}, "destinationEntityId": null,
         "destinationExternalId": "d-ext", "destinationTaxId": "d-tax",
         "destinationName": "d-name", "destinationCountry": "AR", "destinationDetails": {"d": 1},
         "locationDetails": {"lat": -23.550520000}, "deviceDetails": {"e": [1, null]},
         "metadata": {"m": {"n": "é\\""}}}
        """
            .formatted(id, job);
    assertThat(read(list))
        .isEqualTo(
            read(
                "{\"success\": true, \"transactions\": ["
                    + record
                    + "], \"nextPageToken\": null}"));
    assertThat(read(one)).isEqualTo(read("{\"success\": true, \"transaction\": " + record + "}"));
    for (Response answer : List.of(list, one)) {
      // A parsed tree may have lost digits on both sides.
      assertThat(answer.asString())
          .contains("\"amount\":12345678901234567890.000000000000000010,", "-23.550520000");
      assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "10.50, 10.50",
    "0.000000000000000001, 0.000000000000000001",
    "100000000000000000000000000, 100000000000000000000000000",
  })
  void anAmountIsAPlainNumber(String stored, String written) {
    transaction(UuidV7.next(), job, 2, "t", stored);

    assertThat(get("/transactions").asString()).contains("\"amount\":" + written + ",");
  }

  @Test
  void anEntityHasEveryField() {
    UUID id = UuidV7.next();
    insert(
        """
        INSERT INTO entities VALUES (?, ?::uuid, ?, 1, 2, 'e-1', 'person', '60281044856', 'BR', 'Ana', 'active', true,
          'AR', 'a@example.com', '+55', '2020-02-29', '{"a": 1}', '{"r": 1}', '{"person": {"income": 1.50}}',
          '2026-02-01 00:00:00.5+00')
        """,
        id,
        tenant.id(),
        job);

    assertThat(read(get("/entities")))
        .isEqualTo(
            read(
                """
                {"success": true, "entities": [{"id": "%s", "jobId": "%s", "fileNumber": 1,
                  "rowNumber": 2, "createdAt": "2026-02-01T00:00:00.500Z", "externalId": "e-1",
                  "type": "person", "taxId": "60281044856", "countryCode": "BR", "name": "Ana",
                  "status": "active", "isClient": true, "nationality": "AR",
                  "email": "a@example.com", "phone": "+55", "registrationDate": "2020-02-29",
                  "attributes": {"a": 1}, "riskFactors": {"r": 1},
                  "entityData": {"person": {"income": 1.50}}}], "nextPageToken": null}
                """
                    .formatted(id, job)));
  }

  @Test
  void aUserEventHasEveryField() {
    UUID id = UuidV7.next();
    insert(
        """
        INSERT INTO user_events VALUES (?, ?::uuid, ?, 1, 2, 'ev-1', 'LOGIN', '0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10',
          'e-1', '60281044856', 'BR', 'u', '2026-01-31 12:00:00+00', '2026-01-30', 'dev', '{"os": "x"}',
          '203.0.113.7', 'AR', true, false, NULL, 3, 'acc', 'cuit', 'old', '{"m": 1}', 'agent',
          '2026-02-01 00:00:00+00')
        """,
        id,
        tenant.id(),
        job);

    assertThat(read(get("/events/user")))
        .isEqualTo(
            read(
                """
                {"success": true, "events": [{"id": "%s", "jobId": "%s", "fileNumber": 1,
                  "rowNumber": 2, "createdAt": "2026-02-01T00:00:00.000Z", "eventId": "ev-1",
                  "eventType": "LOGIN", "entityId": "0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10",
                  "entityExternalId": "e-1", "taxId": "60281044856", "taxIdCountry": "BR",
                  "userId": "u", "timestamp": "2026-01-31T12:00:00.000Z",
                  "eventDate": "2026-01-30", "deviceId": "dev", "deviceDetails": {"os": "x"},
                  "ipAddress": "203.0.113.7", "country": "AR", "isVpn": true, "isProxy": false,
                  "isNewDevice": null, "failedAttemptsCount": 3, "destinationAccountId": "acc",
                  "destinationCuit": "cuit", "previousValue": "old", "metadata": {"m": 1},
                  "userAgent": "agent"}], "nextPageToken": null}
                """
                    .formatted(id, job)));
  }

  @Test
  void pagesGoOverEveryRecordOnceNewestFirst() {
    // Given
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      transaction(UuidV7.next(), UUID.randomUUID(), 2, "t-" + i, "1");
      all.add(0, "t-" + i);
    }

    // When
    List<String> seen = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      JsonNode page = read(get("/transactions", "pageSize", "3", "pageToken", token));
      page.get("transactions").forEach(record -> seen.add(record.get("externalId").asText()));
      token = page.get("nextPageToken").textValue();
      pages++;
      // Rows that come meanwhile neither move nor double the rest.
      transaction(UuidV7.next(), UUID.randomUUID(), 2, "late-" + pages, "1");
    } while (token != null);

    // Then
    assertThat(seen).isEqualTo(all);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void theRecordsOfAJobComeInTheOrderOfItsRows() {
    // Given ids that rise against the order of the rows
    for (int row = 8; row >= 2; row--) {
      transaction(UuidV7.next(), job, row, "t-" + row, "1");
    }
    transaction(UuidV7.next(), UUID.randomUUID(), 3, "of another job", "1");

    // When
    List<Integer> seen = new ArrayList<>();
    String token = null;
    do {
      JsonNode page =
          read(get("/transactions", "jobId", job.toString(), "pageSize", "3", "pageToken", token));
      page.get("transactions").forEach(record -> seen.add(record.get("rowNumber").asInt()));
      token = page.get("nextPageToken").textValue();
    } while (token != null);

    // Then
    assertThat(seen).containsExactly(2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void aPageHas100RecordsUnlessMoreAreAskedFor() {
    for (int row = 2; row <= 102; row++) {
      event(job, row, null, ENTITY);
    }

    assertThat(read(get("/events/user")).get("events")).hasSize(100);
    assertThat(read(get("/events/user", "pageSize", "500")).get("events")).hasSize(101);
  }

  @Test
  void filtersAreCombined() {
    UUID other = UUID.randomUUID();
    event(job, 2, "a", ENTITY);
    event(job, 3, "b", other);
    event(UUID.randomUUID(), 2, "c", ENTITY);
    event(UUID.randomUUID(), 2, "d", other);

    assertThat(eventIds("eventId", "a")).containsExactly("a");
    assertThat(eventIds("eventId", "nobody")).isEmpty();
    assertThat(eventIds("entityId", ENTITY.toString())).containsExactly("c", "a");
    assertThat(eventIds("jobId", job.toString())).containsExactly("a", "b");
    assertThat(eventIds("jobId", job.toString(), "entityId", other.toString()))
        .containsExactly("b");
    assertThat(eventIds("jobId", job.toString(), "eventId", "c")).isEmpty();
    assertThat(eventIds("jobId", UUID.randomUUID().toString())).isEmpty();
    assertThat(eventIds("eventId", "\0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/entities", "/transactions"})
  void anExternalIdFindsAtMostOne(String route) {
    transaction(UuidV7.next(), job, 2, "x", "1");
    transaction(UuidV7.next(), job, 3, "y", "1");
    entity(2, "x", "1");
    entity(3, "y", "2");
    String name = route.substring(1);

    assertThat(read(get(route, "externalId", "x")).get(name)).hasSize(1);
    assertThat(read(get(route, "externalId", "X")).get(name)).isEmpty();
    assertThat(read(get(route, "externalId", "x", "jobId", UUID.randomUUID().toString())).get(name))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a b", "ä%", "?", "a+b", "..x", "a;b=c"})
  void anExternalIdMayHoldAnything(String externalId) {
    transaction(UuidV7.next(), job, 2, externalId, "1");

    Response answer = Tenant.as(key).get("/transactions/external/{id}", externalId);

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    assertThat(answer.<String>path("transaction.externalId")).isEqualTo(externalId);
  }

  @ParameterizedTest
  @CsvSource({
    "/entities, jobId, nonsense",
    "/transactions, jobId, 1-1-1-1-1",
    "/events/user, entityId, x",
    "/entities, pageSize, 0",
    "/transactions, pageSize, 501",
    "/events/user, pageSize, many",
    "/events/user, pageToken, x",
  })
  void aFilterThatCannotBeMeantIsRefused(String route, String parameter, String value) {
    Response answer = get(route, parameter, value);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.<String>path("error.details[0].field")).isEqualTo(parameter);
  }

  @Test
  void anotherOrganisationSeesNothing() {
    transaction(UuidV7.next(), job, 2, "t", "1");
    entity(2, "e", "1");
    event(job, 2, "ev", ENTITY);
    String foreign = Tenant.create().fullKey();

    HashSet<Integer> sizes = new HashSet<>();
    for (String query : List.of("", "?jobId=" + job, "?externalId=t", "?eventId=ev")) {
      for (String route : List.of("/entities", "/transactions", "/events/user")) {
        JsonNode body = read(Tenant.as(foreign).get(route + query));
        sizes.add(
            body.findValue(route.equals("/events/user") ? "events" : route.substring(1)).size());
      }
    }
    assertThat(sizes).containsExactly(0);
    assertThat(Tenant.as(foreign).get("/transactions/external/t").statusCode()).isEqualTo(404);
  }

  private List<String> eventIds(String... query) {
    List<String> ids = new ArrayList<>();
    read(get("/events/user", query))
        .get("events")
        .forEach(event -> ids.add(event.get("eventId").textValue()));
    return ids;
  }

  private Response get(String route, @Nullable String... query) {
    RequestSpecification request = Tenant.as(key);
    for (int i = 0; i < query.length; i += 2) {
      if (query[i + 1] != null) {
        request.queryParam(query[i], query[i + 1]);
      }
    }
    return request.get(route);
  }

  private void transaction(UUID id, UUID ofJob, int row, String externalId, String amount) {
    insert(
        """
        INSERT INTO transactions (id, organization_id, job_id, file_number, row_number, external_id, type, amount,
                                  currency, status, transacted_at)
        VALUES (?, ?::uuid, ?, 1, ?, ?, 'PAYMENT', ?::numeric, 'USD', 'CREATED', clock_timestamp())
        """,
        id,
        tenant.id(),
        ofJob,
        row,
        externalId,
        amount);
  }

  private void entity(int row, String externalId, String taxId) {
    insert(
        """
        INSERT INTO entities (id, organization_id, job_id, file_number, row_number, external_id, type, tax_id,
                              country_code, status)
        VALUES (?, ?::uuid, ?, 1, ?, ?, 'person', ?, 'BR', 'active')
        """,
        UuidV7.next(),
        tenant.id(),
        job,
        row,
        externalId,
        taxId);
  }

  private void event(UUID ofJob, int row, @Nullable String eventId, UUID entity) {
    insert(
        """
        INSERT INTO user_events (id, organization_id, job_id, file_number, row_number, event_id, event_type, entity_id,
                                 occurred_at)
        VALUES (?, ?::uuid, ?, 1, ?, ?, 'LOGIN', ?, clock_timestamp())
        """,
        UuidV7.next(),
        tenant.id(),
        ofJob,
        row,
        eventId,
        entity);
  }

  private void insert(String sql, @Nullable Object... parameters) {
    database.run(tx -> tx.update(sql, parameters));
  }

  private static JsonNode read(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return read(answer.asString());
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
