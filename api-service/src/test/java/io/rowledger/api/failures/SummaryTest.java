package io.rowledger.api.failures;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class SummaryTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  final Database database = Everything.database();
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void rowsThatFailedForOneReasonAreOneGroup() {
    // Given
    String job = tenant.transactionJob();
    set(job, "total_items = 20, failed = 9, skipped = 1, succeeded = 5");
    for (int row : new int[] {2, 3, 4, 9, 10}) {
      row(job, 1, row, "failed", "VALIDATION_ERROR", "amount", "v" + row);
    }
    row(job, 2, 11, "failed", "VALIDATION_ERROR", "amount", "v11");
    row(job, 1, 5, "failed", "VALIDATION_ERROR", "currency", "v5");
    row(job, 1, 6, "failed", "MALFORMED_ROW", null, null);
    row(job, 1, 7, "failed", "ENTITY_NOT_FOUND", "originTaxId", "v7");
    row(job, 1, 8, "skipped", "SKIPPED_DUPLICATE_EXTERNAL_ID", null, null);

    // When
    Response answer = Tenant.as(key).get(transactions(job));

    // Then
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(read(answer))
        .isEqualTo(
            read(
                """
                {"success": true, "jobId": "%s", "kind": "transaction_batch", "status": "queued",
                 "totalItems": 20, "succeeded": 5, "failed": 9, "skipped": 1, "failuresTotal": 9,
                 "moreGroups": false, "groups": [
                  {"outcome": "failed", "code": "VALIDATION_ERROR", "column": "amount", "count": 6,
                   "retryable": false, "moreRanges": false,
                   "examples": [
                    {"rowNumber": 2, "fileNumber": 1, "message": "m2", "value": "v2", "fileName": "one.csv"},
                    {"rowNumber": 3, "fileNumber": 1, "message": "m3", "value": "v3", "fileName": "one.csv"},
                    {"rowNumber": 4, "fileNumber": 1, "message": "m4", "value": "v4", "fileName": "one.csv"}],
                   "ranges": [{"fileNumber": 1, "from": 2, "to": 4}, {"fileNumber": 1, "from": 9, "to": 10},
                    {"fileNumber": 2, "from": 11, "to": 11}]},
                  {"outcome": "failed", "code": "ENTITY_NOT_FOUND", "column": "originTaxId", "count": 1,
                   "retryable": true, "moreRanges": false,
                   "examples": [
                    {"rowNumber": 7, "fileNumber": 1, "message": "m7", "value": "v7", "fileName": "one.csv"}],
                   "ranges": [{"fileNumber": 1, "from": 7, "to": 7}]},
                  {"outcome": "failed", "code": "MALFORMED_ROW", "column": null, "count": 1,
                   "retryable": false, "moreRanges": false,
                   "examples": [
                    {"rowNumber": 6, "fileNumber": 1, "message": "m6", "value": null, "fileName": "one.csv"}],
                   "ranges": [{"fileNumber": 1, "from": 6, "to": 6}]},
                  {"outcome": "failed", "code": "VALIDATION_ERROR", "column": "currency", "count": 1,
                   "retryable": false, "moreRanges": false,
                   "examples": [
                    {"rowNumber": 5, "fileNumber": 1, "message": "m5", "value": "v5", "fileName": "one.csv"}],
                   "ranges": [{"fileNumber": 1, "from": 5, "to": 5}]}]}
                """
                    .formatted(job)));
  }

  @Test
  void onlySoManyRangesAreListed() {
    // Given
    String job = tenant.transactionJob();
    rows(job, "n * 2", "'amount'", 20);
    assertThat(read(Tenant.as(key).get(transactions(job))).at("/groups/0/moreRanges").asBoolean())
        .isFalse();

    // When
    row(job, 1, 99, "failed", "VALIDATION_ERROR", "amount", null);

    // Then
    JsonNode group = read(Tenant.as(key).get(transactions(job))).at("/groups/0");
    assertThat(group.get("count").intValue()).isEqualTo(21);
    assertThat(group.get("ranges")).hasSize(20);
    assertThat(group.at("/ranges/19/to").intValue()).isEqualTo(40);
    assertThat(group.get("moreRanges").booleanValue()).isTrue();
  }

  @Test
  void onlySoManyGroupsAreListed() {
    String job = tenant.transactionJob();
    rows(job, "n", "'c' || n", SummaryBody.MAX_GROUPS + 1);

    JsonNode body = read(Tenant.as(key).get(transactions(job)));

    assertThat(body.get("groups")).hasSize(SummaryBody.MAX_GROUPS);
    assertThat(body.get("moreGroups").booleanValue()).isTrue();
  }

  @Test
  void manyFailuresAreCountedToo() {
    String job = tenant.transactionJob();
    rows(job, "n", "'c' || n % 7", 100_000);

    JsonNode body = read(Tenant.as(key).get(transactions(job)));

    assertThat(body.get("groups")).hasSize(7);
    assertThat(body.get("groups").findValues("count"))
        .extracting(JsonNode::intValue)
        .allSatisfy(count -> assertThat(count).isBetween(14_285, 14_286));
  }

  @Test
  void anEntitiesJobHasItsSkips() {
    String job = tenant.entityJob();
    row(job, 1, 2, "skipped", "SKIPPED_DUPLICATE_TAX_ID", null, null);

    JsonNode body =
        read(Tenant.as(key).get("/batch-import/entity-jobs/" + job + "/failures/summary"));

    assertThat(body.at("/groups/0/outcome").textValue()).isEqualTo("skipped");
    assertThat(body.get("skipsTotal").isInt()).isTrue();
  }

  @Test
  void theCellIsForThoseWhoMayImportItsKind() {
    String job = tenant.transactionJob();
    row(job, 1, 2, "failed", "VALIDATION_ERROR", "amount", "12,x");

    String body = Tenant.as(tenant.key("events:create")).get(transactions(job)).asString();

    assertThat(body).contains("amount").doesNotContain("12,x");
    assertThat(Tenant.as(key).get(transactions(job)).asString()).contains("12,x");
  }

  @Test
  void noFailuresAreNoGroups() {
    String job = tenant.userEventJob();

    JsonNode body =
        read(Tenant.as(key).get("/batch-import/user-event-jobs/" + job + "/failures/summary"));

    assertThat(body.get("groups")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"entity", "user-event"})
  void anotherKindIs404(String kind) {
    Response answer =
        Tenant.as(key)
            .get(
                "/batch-import/" + kind + "-jobs/" + tenant.transactionJob() + "/failures/summary");

    assertThat(answer.statusCode()).isEqualTo(404);
  }

  private static String transactions(String job) {
    return "/batch-import/transaction-jobs/" + job + "/failures/summary";
  }

  private void set(String job, String assignments) {
    database.run(
        tx ->
            tx.update(
                "UPDATE import_job SET "
                    + assignments
                    + """
                    , metadata = '{"interpretation": [{"fileName": "one.csv"}, {"fileName": "two.csv"}]}'
                     WHERE id = ?::uuid
                    """,
                job));
  }

  private void row(
      String job, int file, int row, String outcome, String code, String column, String value) {
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id,
                    outcome, code, message, column_name, value)
                VALUES (?::uuid, ?, ?, ?::uuid, ?, ?, ?, ?, ?)
                """,
                job,
                file,
                row,
                tenant.id(),
                outcome,
                code,
                "m" + row,
                column,
                value));
  }

  private void rows(String job, String rowNumber, String column, int count) {
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id,
                                               outcome, code, message, column_name)
                SELECT ?::uuid, 1, %s, ?::uuid, 'failed', 'VALIDATION_ERROR', 'm', %s
                  FROM generate_series(1, ?) AS n
                """
                    .formatted(rowNumber, column),
                job,
                tenant.id(),
                count));
  }

  private static JsonNode read(Response answer) {
    return read(answer.asString());
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
