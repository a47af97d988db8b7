package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** User events, and the persons they bring along, from the upload to the read side. */
class UserEventsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Stack stack = Stacks.oneWorker();
  private final Stack.Tenant tenant = stack.newTenant();

  @Test
  void aTableOfEventsFindsItsEntitiesAndCreatesThePersonsWhoAreNotThere() {
    // Given
    JsonNode entities =
        imported(
            Api.ENTITIES,
            """
            tax_id,type,suggested_name,country_code,external_id
            20325585000127,company,Acme,BR,acme
            """);
    assertThat(entities.path("succeeded").asInt()).isEqualTo(1);

    // When
    JsonNode job =
        imported(
            Api.USER_EVENTS,
            """
            event_id,event_type,entity_external_id,tax_id,tax_id_country,ip_address,country,metadata.rate
            e-1,LOGIN,acme,,,203.0.113.7,AR,1.50
            e-2,LOGIN,,602.810.448-56,BR,2001:db8::7,BR,
            e-3,LOGIN_FAILED,,60281044856,,,,
            e-3,LOGOUT,acme,,,,,
            e-4,login,acme,,,,,
            e-5,LOGIN,nobody,,,,,
            ,LOGOUT,,20325585000127,BR,,,
            """);

    // Then
    assertThat(job.path("kind").asText()).isEqualTo("user_event_batch");
    assertEnd(job, 4, 2, 1);
    assertThat(job.at("/metadata/entitiesCreated").asInt()).isEqualTo(1);
    String id = job.path("jobId").asText();
    stack.table().assertEachRowOnce("user_events", id, 4, 2, 1);

    JsonNode failures =
        tenant.api().get("/batch-import/user-event-jobs/" + id + "/failures").body();
    assertThat(failures.path("failures"))
        .extracting(f -> f.path("rowKey").asText() + " " + f.path("code").asText())
        .containsExactly("row_6 VALIDATION_ERROR", "row_7 ENTITY_NOT_FOUND");
    assertThat(tenant.api().text("/batch-import/user-event-jobs/" + id + "/failures.csv").lines())
        .hasSize(3)
        .startsWith("row_key,code,error")
        .anyMatch(line -> line.startsWith("row_6,VALIDATION_ERROR,"))
        .anyMatch(line -> line.startsWith("row_7,ENTITY_NOT_FOUND,"));
    assertThat(tenant.api().get("/batch-import/transaction-jobs/" + id + "/failures").status())
        .isEqualTo(404);

    JsonNode events = tenant.api().get("/events/user?jobId=" + id).body().path("events");
    assertThat(events)
        .extracting(e -> e.path("rowNumber").asInt() + " " + e.path("eventType").asText())
        .containsExactly("2 LOGIN", "3 LOGIN", "4 LOGIN_FAILED", "8 LOGOUT");
    assertThat(events.get(0).path("metadata").path("rate").asText()).isEqualTo("1.50");
    assertThat(events.get(1).path("ipAddress").asText()).isEqualTo("2001:db8::7");

    JsonNode person = tenant.api().get("/entities?jobId=" + id).body().path("entities");
    assertThat(person).hasSize(1);
    assertThat(person.get(0).path("type").asText()).isEqualTo("person");
    assertThat(person.get(0).path("taxId").asText()).isEqualTo("60281044856");
    assertThat(person.get(0).path("rowNumber").asInt()).isEqualTo(3);
    String personId = person.get(0).path("id").asText();
    assertThat(tenant.api().get("/events/user?entityId=" + personId).body().path("events"))
        .extracting(e -> e.path("eventId").asText())
        .containsExactlyInAnyOrder("e-2", "e-3");
    assertThat(tenant.api().get("/entities?externalId=acme").body().path("entities")).hasSize(1);
  }

  @Test
  void linesOfJsonSentTwiceAreThereOnce() {
    // Given
    String lines =
        """
        {"eventId": "j-1", "eventType": "LOGIN", "taxId": "60281044856", "taxIdCountry": "BR", "isVpn": true, "failedAttemptsCount": 2, "timestamp": "2026-01-31T12:00:00.5Z", "deviceDetails": {"os": {"name": "Linux"}}}
        {"eventId": "j-2", "eventType": "LOGOUT", "taxId": "60281044856", "taxIdCountry": "BR"}
        """;

    // When
    JsonNode first = imported(Api.USER_EVENTS, lines);
    JsonNode second = imported(Api.USER_EVENTS, lines);

    // Then
    assertEnd(first, 2, 0, 0);
    assertThat(first.at("/metadata/interpretation/0/format").asText()).isEqualTo("ndjson");
    assertThat(first.at("/metadata/entitiesCreated").asInt()).isEqualTo(1);
    assertEnd(second, 0, 0, 2);
    assertThat(second.at("/metadata/entitiesCreated").asInt(-1)).isZero();
    assertThat(
            stack
                .table()
                .count(
                    "SELECT count(*) FROM import_row_result WHERE job_id = ?"
                        + " AND code = 'SKIPPED_DUPLICATE_EVENT_ID'",
                    id(second)))
        .isEqualTo(2);
    JsonNode event = tenant.api().get("/events/user?eventId=j-1").body().path("events").path(0);
    assertThat(event.path("isVpn").asBoolean()).isTrue();
    assertThat(event.path("failedAttemptsCount").asInt()).isEqualTo(2);
    assertThat(event.path("timestamp").asText()).isEqualTo("2026-01-31T12:00:00.500Z");
    assertThat(event.at("/deviceDetails/os/name").asText()).isEqualTo("Linux");
  }

  @Test
  void withoutAutoEntityNobodyIsCreated() {
    JsonNode job =
        imported(
            Api.USER_EVENTS,
            "eventType,taxId,taxIdCountry\nLOGIN,60281044856,BR\n",
            "withAutoEntity",
            "false");

    assertEnd(job, 0, 1, 0);
    assertThat(job.path("metadata").has("entitiesCreated")).isFalse();
    assertThat(tenant.api().get("/entities").body().path("entities")).isEmpty();
  }

  /**
   * Two connections write a file, one transaction beside the other: who is named must be there when
   * a row before has brought the person along, and must not when only a row behind does.
   */
  @Test
  void aPersonIsThereForTheRowsBehindAndForNoneBefore() {
    // Given
    int rows = 30_000;
    int every = 10;
    int distance = 500;
    int early = 0;
    StringBuilder csv = new StringBuilder("eventType,entityExternalId,taxId,taxIdCountry\n");
    for (int row = 0; row < rows; row++) {
      if (row % every == 0) {
        csv.append(String.format(Locale.ROOT, "LOGIN,p-%d,%011d,BR\n", row, row));
      } else {
        boolean tooEarly = row % 97 == 1 || row < distance;
        early += tooEarly ? 1 : 0;
        int named = row - row % every + (tooEarly ? distance : -distance);
        csv.append(String.format(Locale.ROOT, "LOGIN,p-%d,,\n", named));
      }
    }

    // When
    JsonNode job = imported(Api.USER_EVENTS, csv.toString());

    // Then
    assertEnd(job, rows - early, early, 0);
    assertThat(job.at("/metadata/entitiesCreated").asInt()).isEqualTo(rows / every);
    stack.table().assertEachRowOnce("user_events", id(job).toString(), rows - early, early, 0);
    assertThat(
            stack
                .table()
                .count(
                    "SELECT count(*) FROM user_events v JOIN entities e ON e.id = v.entity_id"
                        + " WHERE v.job_id = ? AND e.external_id = v.entity_external_id",
                    id(job)))
        .isEqualTo(rows - early);
  }

  @Test
  void aWorkerThatDiesCountsNoPersonTwice() {
    // Given
    int rows = 60_000;
    int persons = rows / 2;
    StringBuilder csv = new StringBuilder("eventType,taxId,taxIdCountry\n");
    for (int row = 0; row < rows; row++) {
      csv.append(String.format(Locale.ROOT, "LOGIN,%011d,BR\n", row % persons));
    }
    String jobId = tenant.api().accepted(Api.USER_EVENTS, csv.toString(), Map.of());

    try (Poller poller = new Poller(tenant.api(), jobId)) {
      // When
      poller.untilSucceeded(5_000, PATIENCE);
      Stack.signal("KILL", stack.table().holder(jobId).orElseThrow());
      JsonNode job = poller.toEnd(PATIENCE);

      // Then
      assertEnd(job, rows, 0, 0);
      assertThat(job.at("/metadata/entitiesCreated").asInt()).isEqualTo(persons);
    }
    stack.table().assertEachRowOnce("user_events", jobId, rows, 0, 0);
    assertThat(
            stack
                .table()
                .count("SELECT count(*) FROM entities WHERE job_id = ?", UUID.fromString(jobId)))
        .isEqualTo(persons);
  }

  @Test
  void twoJobsAtOnceCreateEachPersonOnce() {
    // Given
    int rows = 10_000;
    StringBuilder forwards = new StringBuilder("eventType,taxId,taxIdCountry\n");
    StringBuilder backwards = new StringBuilder(forwards);
    for (int row = 0; row < rows; row++) {
      forwards.append(String.format(Locale.ROOT, "LOGIN,%011d,BR\n", row));
      backwards.append(String.format(Locale.ROOT, "LOGIN,%011d,BR\n", rows - 1 - row));
    }

    // When
    List<String> jobs = new ArrayList<>();
    for (StringBuilder file : List.of(forwards, backwards)) {
      jobs.add(tenant.api().accepted(Api.USER_EVENTS, file.toString(), Map.of()));
    }

    // Then
    int created = 0;
    for (String jobId : jobs) {
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        JsonNode job = poller.toEnd(PATIENCE);
        assertEnd(job, rows, 0, 0);
        created += job.at("/metadata/entitiesCreated").asInt();
      }
    }
    assertThat(created).isEqualTo(rows);
    assertThat(
            stack
                .table()
                .count("SELECT count(*) FROM entities WHERE organization_id = ?", tenant.id()))
        .isEqualTo(rows);
  }

  @Test
  void everyRecordOfAJobCanBeReadPageByPage() {
    // Given
    int rows = 1_234;
    JsonNode job = imported(Api.TRANSACTIONS, Generated.transactions("read", rows));
    assertThat(job.path("succeeded").asInt()).isEqualTo(rows);

    // When
    List<Integer> seen = new ArrayList<>();
    String token = null;
    do {
      JsonNode page = page(job.path("jobId").asText(), token);
      page.path("transactions").forEach(record -> seen.add(record.path("rowNumber").asInt()));
      token = page.path("nextPageToken").textValue();
    } while (token != null);

    // Then
    assertThat(seen).hasSize(rows).isSorted().doesNotHaveDuplicates();
    JsonNode one = tenant.api().get("/transactions/external/read-7").body();
    assertThat(one.at("/transaction/amount").decimalValue()).isEqualByComparingTo("10.25");
    assertThat(tenant.api().get("/transactions/external/read-0").status()).isEqualTo(404);
  }

  private JsonNode page(String jobId, @Nullable String token) {
    return tenant
        .api()
        .get(
            "/transactions?pageSize=500&jobId="
                + jobId
                + (token == null ? "" : "&pageToken=" + token))
        .body();
  }

  private JsonNode imported(String route, String file, String... form) {
    Map<String, String> fields = form.length == 0 ? Map.of() : Map.of(form[0], form[1]);
    String jobId = tenant.api().accepted(route, file, fields);
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      return poller.toEnd(PATIENCE);
    }
  }

  private static void assertEnd(JsonNode job, int succeeded, int failed, int skipped) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(
            List.of(
                job.path("succeeded").asInt(),
                job.path("failed").asInt(),
                job.path("skipped").asInt(),
                job.path("unprocessed").asInt()))
        .as("succeeded, failed, skipped, unprocessed")
        .containsExactly(succeeded, failed, skipped, 0);
  }

  private static UUID id(JsonNode job) {
    return UUID.fromString(job.path("jobId").asText());
  }
}
