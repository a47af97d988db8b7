package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to the other rows when some are bad, in each of the modes. */
class ModesIT {
  /**
   * Several chunks, so that what was written before the bad row was committed or must be undone.
   */
  private static final int ROWS = 12_000;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Stack stack = Stacks.oneWorker();
  private final Stack.Tenant tenant = stack.newTenant();

  @Test
  void rollbackAllLeavesNothingAndNamesEveryBadRow() {
    JsonNode job =
        transactions(
            Generated.transactions("undone", ROWS, 5_000), "batchErrorHandling", "rollback_all");

    assertEnd(job, "failed", "none", 0, 2, 0, ROWS - 2);
    assertThat(job.path("jobFailure").path("code").asText()).isEqualTo("ROLLED_BACK");
    assertThat(stored("transactions")).isZero();
    assertThat(failures(job)).containsExactly("5001 VALIDATION_ERROR", "10001 VALIDATION_ERROR");
  }

  @Test
  void rollbackAllIsTheDefaultAndTakesAFileWithoutBadRows() {
    JsonNode job = transactions(Generated.transactions("clean", ROWS));

    assertEnd(job, "completed", "all_succeeded", ROWS, 0, 0, 0);
    stack.table().assertEachRowOnce("transactions", id(job), ROWS, 0, 0);
  }

  @Test
  void stopKeepSuccessKeepsWhatCameBefore() {
    JsonNode job =
        transactions(
            Generated.transactions("stopped", ROWS, 7_000),
            "batchErrorHandling",
            "stop_keep_success");

    assertEnd(job, "completed", "partial", 6_999, 1, 0, ROWS - 7_000);
    assertThat(failures(job)).containsExactly("7001 VALIDATION_ERROR");
    stack.table().assertEachRowOnce("transactions", id(job), 6_999, 1, 0);
    assertThat(
            stack
                .table()
                .count(
                    "SELECT max(row_number) FROM transactions WHERE job_id = ?",
                    UUID.fromString(id(job))))
        .isEqualTo(7_000);
  }

  @Test
  void continueTriesEveryRow() {
    JsonNode job =
        transactions(
            Generated.transactions("every", ROWS, 5_000),
            "batchErrorHandling",
            "continue_collect_errors");

    assertEnd(job, "completed", "partial", ROWS - 2, 2, 0, 0);
    stack.table().assertEachRowOnce("transactions", id(job), ROWS - 2, 2, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rollback_all", "stop_keep_success"})
  void unknownReferencesStopTheJobBeforeAnyRow(String mode) {
    JsonNode job =
        transactions(
            """
            externalId,type,amount,currency,originExternalId
            ref-1,PAYMENT,1,EUR,
            ref-2,PAYMENT,1,EUR,nobody
            ref-3,PAYMENT,1,EUR,nobody else
            """,
            "batchErrorHandling",
            mode);

    assertEnd(job, "failed", "none", 0, 2, 0, 1);
    assertThat(job.path("jobFailure").path("code").asText()).isEqualTo("INVALID_ENTITY_REFERENCES");
    assertThat(stored("transactions")).isZero();
    assertThat(failures(job)).containsExactly("3 ENTITY_NOT_FOUND", "4 ENTITY_NOT_FOUND");
  }

  @Test
  void unknownReferencesAreRowFailuresWhenEveryRowIsTried() {
    JsonNode job =
        transactions(
            """
            externalId,type,amount,currency,originExternalId
            ref-1,PAYMENT,1,EUR,
            ref-2,PAYMENT,1,EUR,nobody
            """,
            "batchErrorHandling",
            "continue_collect_errors");

    assertEnd(job, "completed", "partial", 1, 1, 0, 0);
    assertThat(failures(job)).containsExactly("3 ENTITY_NOT_FOUND");
  }

  @Test
  void entitiesStopAtTheFirstErrorWhenAsked() {
    JsonNode job =
        entities(
            """
            tax_id,type,suggested_name,country_code
            A-1,company,One,US
            A-2,planet,Two,US
            A-3,company,Three,US
            """,
            "stopOnFirstError",
            "true");

    assertEnd(job, "completed", "partial", 1, 1, 0, 1);
    assertThat(stored("entities")).isEqualTo(1);
  }

  @Test
  void entitiesTryEveryRowByDefaultAndTheFirstOfTwoWins() {
    JsonNode job =
        entities(
            """
            tax_id,type,suggested_name,country_code
            B-1,company,One,US
            B-2,planet,Two,US
            b.1,company,One again,US
            B1,person,One as a person,US
            """);

    assertEnd(job, "completed", "partial", 1, 2, 1, 0);
    assertThat(failures(job)).containsExactly("3 VALIDATION_ERROR", "5 TAX_ID_TYPE_MISMATCH");
    assertThat(skips(job)).containsExactly("4 SKIPPED_DUPLICATE_IN_FILE");
    assertThat(
            stack
                .table()
                .one(
                    "SELECT name FROM entities WHERE organization_id = ?",
                    row -> row.getString(1),
                    tenant.id()))
        .contains("One");
  }

  @Test
  void knownExternalIdsAreFailuresWhenDuplicatesAreNotToBeSkipped() {
    // Given
    transactions(Generated.transactions("known", 3));

    // When
    JsonNode skipped = transactions(Generated.transactions("known", 4));
    JsonNode failed =
        transactions(
            Generated.transactions("known", 5),
            "skipDuplicates",
            "false",
            "batchErrorHandling",
            "continue_collect_errors");
    JsonNode undone = transactions(Generated.transactions("known", 6), "skipDuplicates", "false");

    // Then
    assertEnd(skipped, "completed", "partial", 1, 0, 3, 0);
    assertEnd(failed, "completed", "partial", 1, 4, 0, 0);
    assertThat(failures(failed)).hasSize(4).allMatch(row -> row.endsWith(" DUPLICATE_EXTERNAL_ID"));
    assertEnd(undone, "failed", "none", 0, 5, 0, 1);
    assertThat(stored("transactions")).isEqualTo(5);
  }

  @Test
  void theFirstOfTwoRowsWithOneExternalIdWins() {
    // Given the second of a pair in another chunk, and one right behind the first
    String csv =
        Generated.transactions("twice", ROWS)
            + Generated.row("twice", 1, "99")
            + Generated.row("other", 1, "1")
            + Generated.row("other", 1, "99");

    // When
    JsonNode job = transactions(csv, "batchErrorHandling", "continue_collect_errors");

    // Then
    assertEnd(job, "completed", "partial", ROWS + 1, 0, 2, 0);
    stack.table().assertEachRowOnce("transactions", id(job), ROWS + 1, 0, 2);
    assertThat(skips(job))
        .containsExactly(
            (ROWS + 2) + " SKIPPED_DUPLICATE_IN_FILE", (ROWS + 4) + " SKIPPED_DUPLICATE_IN_FILE");
    assertThat(
            stack
                .table()
                .count(
                    "SELECT count(*) FROM transactions WHERE organization_id = ? AND amount = 99",
                    tenant.id()))
        .isZero();
  }

  private JsonNode transactions(String csv, String... form) {
    return imported(Api.TRANSACTIONS, csv, form);
  }

  private JsonNode entities(String csv, String... form) {
    return imported(Api.ENTITIES, csv, form);
  }

  private JsonNode imported(String route, String csv, String... form) {
    Map<String, String> fields = new TreeMap<>();
    for (int i = 0; i < form.length; i += 2) {
      fields.put(form[i], form[i + 1]);
    }
    try (Poller poller = new Poller(tenant.api(), tenant.api().accepted(route, csv, fields))) {
      return poller.toEnd(PATIENCE);
    }
  }

  private static void assertEnd(
      JsonNode job,
      String status,
      String outcome,
      int succeeded,
      int failed,
      int skipped,
      int unprocessed) {
    assertThat(
            Stream.of("status", "outcome", "succeeded", "failed", "skipped", "unprocessed")
                .map(key -> job.path(key).asText())
                .toList())
        .as(job.toString())
        .isEqualTo(
            List.of(
                status,
                outcome,
                Integer.toString(succeeded),
                Integer.toString(failed),
                Integer.toString(skipped),
                Integer.toString(unprocessed)));
  }

  /** Line and code of every failure, as the API lists them. */
  private List<String> failures(JsonNode job) {
    String kind = job.path("kind").asText().startsWith("entity") ? "entity" : "transaction";
    JsonNode body =
        tenant.api().get("/batch-import/" + kind + "-jobs/" + id(job) + "/failures").body();
    assertThat(body.path("failuresTotal").asInt()).isEqualTo(job.path("failed").asInt());
    return Stream.iterate(0, i -> i < body.path("failures").size(), i -> i + 1)
        .map(i -> body.path("failures").get(i))
        .map(item -> lineAndCode(item.path("rowNumber").asInt(), item.path("code").asText()))
        .toList();
  }

  private List<String> skips(JsonNode job) {
    return stack
        .table()
        .all(
            "SELECT row_number, code FROM import_row_result WHERE job_id = ? AND outcome = 'skipped'"
                + " ORDER BY file_number, row_number",
            row -> lineAndCode(row.getInt(1), row.getString(2)),
            UUID.fromString(id(job)));
  }

  private static String lineAndCode(int line, String code) {
    return String.format(Locale.ROOT, "%d %s", line, code);
  }

  private long stored(String table) {
    return stack
        .table()
        .count("SELECT count(*) FROM " + table + " WHERE organization_id = ?", tenant.id());
  }

  private static String id(JsonNode job) {
    return job.path("jobId").asText();
  }
}
