package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** From rows that failed to rows that are in: by a corrected file, by one call, by a dry run. */
class FixAndRetryIT {

  private static final int ROWS = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String CONTINUE = "continue_collect_errors";

  private final Stack stack = Stacks.oneWorker();
  private final Stack.Tenant tenant = stack.newTenant();
  private final Api api = tenant.api();

  @Test
  void theFailedRowsComeBackCorrectedAndAllRowsAreIn() {
    // Given a file in which every hundredth row is bad
    JsonNode first =
        ended(
            api.accepted(
                Api.TRANSACTIONS,
                Generated.transactions("fix", ROWS, 100),
                Map.of("batchErrorHandling", CONTINUE)));
    assertThat(first.path("failed").asInt()).isEqualTo(ROWS / 100);

    // When its failed rows are corrected and sent again
    String failed =
        api.text("/batch-import/transaction-jobs/" + id(first) + "/failures.csv?format=resubmit");
    assertThat(failed.lines()).hasSize(1 + ROWS / 100);
    assertThat(failed).startsWith("\"externalId\",\"type\",\"amount\"").contains("\"_row\"");
    JsonNode second =
        ended(
            api.accepted(
                Api.TRANSACTIONS,
                failed.replace("\"ten\"", "\"10\""),
                Map.of("batchErrorHandling", CONTINUE, "retryOf", id(first))));

    // Then
    assertThat(second.path("succeeded").asInt()).isEqualTo(ROWS / 100);
    assertThat(second.path("outcome").asText()).isEqualTo("all_succeeded");
    assertThat(stored("transactions")).isEqualTo(ROWS);
    assertThat(second.path("retryOf").asText()).isEqualTo(id(first));
    assertThat(api.job(id(first)).path("retriedBy").asText()).isEqualTo(id(second));
    assertThat(warnings(second)).isEqualTo("[]");
  }

  @Test
  void generatedIdsAreTheSameWhenTheRowsComeBack() {
    // Given ids that are made of the number of the row
    Map<String, String> fields =
        Map.of(
            "batchErrorHandling",
            CONTINUE,
            "columnMapping",
            """
            {"version": 2, "fields": {"externalId": {"template": "inv-{#row}"},
             "type": {"constant": "PAYMENT"}, "amount": {"column": "How much"},
             "currency": {"constant": "EUR"}}}
            """);
    JsonNode first =
        ended(api.accepted(Api.TRANSACTIONS, "How much,Who\n1,a\nx,b\n3,c\ny,d\n", fields));

    // When
    String failed =
        api.text("/batch-import/transaction-jobs/" + id(first) + "/failures.csv?format=resubmit");
    JsonNode second =
        ended(
            api.accepted(
                Api.TRANSACTIONS,
                failed.replace("\"x\"", "2").replace("\"y\"", "4"),
                with(fields, "retryOf", id(first))));

    // Then
    assertThat(second.path("succeeded").asInt()).isEqualTo(2);
    assertThat(
            stack
                .table()
                .all(
                    "SELECT external_id || ' ' || row_number FROM transactions WHERE organization_id = ?"
                        + " ORDER BY external_id",
                    row -> row.getString(1),
                    tenant.id()))
        .containsExactly("inv-2 2", "inv-3 2", "inv-4 4", "inv-5 3");
  }

  @Test
  void oneCallIsEnoughOnceTheEntitiesAreThere() {
    // Given transactions of entities that nobody has imported yet
    JsonNode first =
        ended(
            api.accepted(
                Api.TRANSACTIONS,
                """
                externalId,type,amount,currency,originExternalId
                t-1,PAYMENT,1,EUR,
                t-2,PAYMENT,2,EUR,later-1
                t-3,PAYMENT,three,EUR,
                t-4,PAYMENT,4,EUR,later-2
                """,
                Map.of("batchErrorHandling", CONTINUE)));
    assertThat(first.path("failed").asInt()).isEqualTo(3);
    ended(
        api.accepted(
            Api.ENTITIES,
            """
            tax_id,type,suggested_name,country_code,external_id
            20123456,person,Ann,AR,later-1
            20123457,person,Ben,AR,later-2
            """,
            Map.of()));

    // When
    Api.Answer answer =
        api.post(
            "/batch-import/jobs/" + id(first) + "/retry",
            "{\"rows\": \"failed\", \"codes\": [\"ENTITY_NOT_FOUND\"]}");

    // Then
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
    JsonNode second = ended(answer.body().path("jobId").asText());
    assertThat(second.path("totalItems").asInt()).isEqualTo(2);
    assertThat(second.path("outcome").asText()).isEqualTo("all_succeeded");
    assertThat(rows(id(second))).containsExactly("t-2 3", "t-4 5");
    assertThat(api.job(id(first)).path("retriedBy").asText()).isEqualTo(id(second));
  }

  @Test
  void whatWasUndoneIsTriedAgainInAnotherMode() {
    // Given
    JsonNode first =
        ended(
            api.accepted(
                Api.TRANSACTIONS, Generated.transactions("undone", 5_000, 1_000), Map.of()));
    assertThat(first.path("status").asText()).isEqualTo("failed");
    assertThat(stored("transactions")).isZero();

    // When
    Api.Answer answer =
        api.post(
            "/batch-import/jobs/" + id(first) + "/retry",
            "{\"rows\": \"unprocessed\", \"batchErrorHandling\": \"" + CONTINUE + "\"}");

    // Then
    JsonNode second = ended(answer.body().path("jobId").asText());
    assertThat(second.path("succeeded").asInt()).isEqualTo(4_995);
    stack.table().assertEachRowOnce("transactions", id(second), 4_995, 0, 0);
  }

  @Test
  void theForecastOfADryRunIsWhatItsCommitDoes() {
    // Given
    String file =
        Generated.transactions("dry", ROWS, 3_000)
            + Generated.row("dry", 1, "10.25")
            + Generated.row("dry", 9_999, "10.25");
    JsonNode forecast =
        ended(
            api.accepted(
                Api.TRANSACTIONS, file, Map.of("batchErrorHandling", CONTINUE, "dryRun", "true")));
    assertThat(forecast.path("dryRun").asBoolean()).isTrue();
    assertThat(stored("transactions")).isZero();

    // When
    Api.Answer answer = api.post("/batch-import/jobs/" + id(forecast) + "/commit", "");

    // Then
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
    JsonNode real = ended(answer.body().path("jobId").asText());
    for (String counter : List.of("status", "succeeded", "failed", "skipped", "unprocessed")) {
      assertThat(real.path(counter)).as(counter).isEqualTo(forecast.path(counter));
    }
    assertThat(real.path("failed").asInt()).isEqualTo(3);
    assertThat(real.path("skipped").asInt()).isEqualTo(2);
    assertThat(real.path("commitOf").asText()).isEqualTo(id(forecast));
    stack.table().assertEachRowOnce("transactions", id(real), ROWS - 3, 3, 2);
    assertThat(results(id(real))).isEqualTo(results(id(forecast)));
  }

  private JsonNode ended(String jobId) {
    try (Poller poller = new Poller(api, jobId)) {
      return poller.toEnd(PATIENCE);
    }
  }

  private long stored(String table) {
    return stack
        .table()
        .count("SELECT count(*) FROM " + table + " WHERE organization_id = ?", tenant.id());
  }

  private List<String> rows(String jobId) {
    return stack
        .table()
        .all(
            "SELECT external_id || ' ' || row_number FROM transactions WHERE job_id = ? ORDER BY row_number",
            row -> row.getString(1),
            UUID.fromString(jobId));
  }

  private List<String> results(String jobId) {
    return stack
        .table()
        .all(
            "SELECT concat_ws(' ', row_number, outcome, code, row_key, message) FROM import_row_result"
                + " WHERE job_id = ? ORDER BY file_number, row_number",
            row -> row.getString(1),
            UUID.fromString(jobId));
  }

  private static String warnings(JsonNode job) {
    return job.path("metadata").path("interpretation").path(0).path("warnings").toString();
  }

  private static Map<String, String> with(Map<String, String> fields, String name, String value) {
    Map<String, String> more = new HashMap<>(fields);
    more.put(name, value);
    return more;
  }

  private static String id(JsonNode job) {
    return job.path("jobId").asText();
  }
}
