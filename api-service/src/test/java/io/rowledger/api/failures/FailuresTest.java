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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class FailuresTest {

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
  void transactionsAsJson() {
    // Given
    String job = tenant.transactionJob();
    set(job, "total_items = 10, succeeded = 5, failed = 2, skipped = 1");
    failure(job, 1, 7, "ENTITY_NOT_FOUND", "No entity.", "t-7", "originTaxId", "123");
    failure(job, 2, 3, "MALFORMED_ROW", "Ragged.", null, null, null);
    result(job, 1, 9, "skipped", "SKIPPED_DUPLICATE_EXTERNAL_ID", "There.", "t-9", null, null);

    // When
    Response answer = Tenant.as(key).get("/batch-import/transaction-jobs/" + job + "/failures");

    // Then
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(read(answer))
        .isEqualTo(
            read(
                """
                {"success": true, "jobId": "%s", "kind": "transaction_batch", "status": "queued",
                 "totalItems": 10, "succeeded": 5, "failed": 2, "skipped": 1, "failuresTotal": 2,
                 "truncated": false, "nextPageToken": null, "failures": [
                   {"externalId": "t-7", "code": "ENTITY_NOT_FOUND", "message": "No entity.",
                    "rowNumber": 7, "fileNumber": 1, "fileName": "one.csv", "column": "originTaxId",
                    "value": "123", "retryable": true},
                   {"externalId": null, "code": "MALFORMED_ROW", "message": "Ragged.",
                    "rowNumber": 3, "fileNumber": 2, "fileName": "two.csv", "column": null,
                    "value": null, "retryable": false}]}
                """
                    .formatted(job)));
  }

  @Test
  void entitiesAsJsonHaveTheirSkips() {
    // Given
    String job = tenant.entityJob();
    set(
        job,
        """
        total_items = 3, failed = 1, skipped = 2, status = 'failed', phase = 'done',
        completed_at = clock_timestamp(), failure_code = 'INTERNAL_ERROR', failure_message = 'm'
        """);
    entity(job, 2, "failed", "TAX_ID_TYPE_MISMATCH", "tax,1", "person");
    entity(job, 3, "skipped", "SKIPPED_DUPLICATE_TAX_ID", "tax-2", "company");

    // When
    Response answer = Tenant.as(key).get("/batch-import/entity-jobs/" + job + "/failures");

    // Then
    assertThat(read(answer))
        .isEqualTo(
            read(
                """
                {"success": true, "jobId": "%s", "kind": "entity_automatic", "status": "failed",
                 "totalItems": 3, "succeeded": 0, "failed": 1, "skipped": 2, "failuresTotal": 1,
                 "skipsTotal": 2, "truncated": false, "nextPageToken": null,
                 "jobFailure": {"code": "INTERNAL_ERROR", "message": "m"},
                 "failures": [
                   {"taxId": "tax,1", "type": "person", "outcome": "failed",
                    "code": "TAX_ID_TYPE_MISMATCH", "message": "m", "rowNumber": 2,
                    "fileNumber": 1, "fileName": "one.csv", "column": null, "value": null,
                    "retryable": false}],
                 "skips": [
                   {"taxId": "tax-2", "type": "company", "outcome": "skipped_existing",
                    "code": "SKIPPED_DUPLICATE_TAX_ID", "message": "m", "rowNumber": 3,
                    "fileNumber": 1, "fileName": "one.csv", "column": null, "value": null,
                    "retryable": false}]}
                """
                    .formatted(job)));
  }

  @Test
  void userEventsAreNamedByTheirRow() {
    String job = tenant.userEventJob();
    failure(job, 1, 5, "VALIDATION_ERROR", "m", null, null, null);

    JsonNode body = read(Tenant.as(key).get("/batch-import/user-event-jobs/" + job + "/failures"));

    assertThat(body.at("/failures/0/rowKey").textValue()).isEqualTo("row_5");
    assertThat(body.at("/failures/0").has("externalId")).isFalse();
    assertThat(csv("/batch-import/user-event-jobs/" + job + "/failures.csv"))
        .isEqualTo("row_key,code,error\r\nrow_5,VALIDATION_ERROR,m\r\n");
  }

  @Test
  void transactionsAsCsvAreQuotedWhereTheyMustBe() {
    // Given
    String job = tenant.transactionJob();
    failure(job, 1, 2, "VALIDATION_ERROR", "a, b and \"c\"\nor d", "t-1", "amount", "secret");
    failure(job, 1, 3, "PROCESSING_ERROR", "m", "=1+1", null, null);
    failure(job, 1, 4, "PROCESSING_ERROR", "é", null, null, null);

    // When
    Response answer = Tenant.as(key).get("/batch-import/transaction-jobs/" + job + "/failures.csv");

    // Then
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.contentType()).isEqualToIgnoringCase("text/csv;charset=UTF-8");
    assertThat(answer.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"failures-" + job + ".csv\"");
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(answer.asString())
        .isEqualTo(
            """
            external_id,code,error
            t-1,VALIDATION_ERROR,"a, b and ""c""_or d"
            =1+1,PROCESSING_ERROR,m
            ,PROCESSING_ERROR,é
            """
                .replace("\n", "\r\n")
                .replace("_or", "\nor"));
  }

  @Test
  void entitiesAsCsvHaveOnlyFailuresOnBothRoutes() {
    String job = tenant.entityJob();
    entity(job, 2, "failed", "TAX_ID_TYPE_MISMATCH", "tax,1", "person");
    entity(job, 3, "skipped", "SKIPPED_DUPLICATE_TAX_ID", "tax-2", "company");

    String expected =
        """
        tax_id,type,outcome,code,error_message
        "tax,1",person,failed,TAX_ID_TYPE_MISMATCH,m
        """
            .replace("\n", "\r\n");
    assertThat(csv("/batch-import/entity-jobs/" + job + "/failures.csv")).isEqualTo(expected);
    assertThat(csv("/entities/automatic/bulk/imports/" + job + "/failures.csv"))
        .isEqualTo(expected);
  }

  @Test
  void noFailuresIsAHeaderAndAnEmptyList() {
    String job = tenant.transactionJob();

    assertThat(csv("/batch-import/transaction-jobs/" + job + "/failures.csv"))
        .isEqualTo("external_id,code,error\r\n");
    assertThat(
            read(Tenant.as(key).get("/batch-import/transaction-jobs/" + job + "/failures"))
                .get("failures"))
        .isEmpty();
  }

  @Test
  void theListEndsAtFiveHundredAndSaysSoWhileTheCsvHasAll() {
    // Given
    String job = tenant.transactionJob();
    set(job, "total_items = 600, failed = 500");
    failures(job, 500);
    String route = "/batch-import/transaction-jobs/" + job + "/failures";
    assertThat(read(Tenant.as(key).get(route)).get("truncated").booleanValue()).isFalse();

    // When
    failure(job, 1, 9999, "VALIDATION_ERROR", "m", "the last", null, null);
    set(job, "failed = 501");

    // Then
    JsonNode body = read(Tenant.as(key).get(route));
    assertThat(body.get("failures")).hasSize(500);
    assertThat(body.get("truncated").booleanValue()).isTrue();
    assertThat(body.get("failuresTotal").intValue()).isEqualTo(501);
    assertThat(body.at("/failures/0/rowNumber").intValue()).isEqualTo(1);
    assertThat(csv(route + ".csv").lines().count()).isEqualTo(502);
  }

  @Test
  void theCellIsForThoseWhoMayImportItsKind() {
    String job = tenant.transactionJob();
    failure(job, 1, 2, "VALIDATION_ERROR", "m", "t-1", "amount", "12,x");
    String route = "/batch-import/transaction-jobs/" + job + "/failures";
    String without = tenant.key("entities:bulk_import");
    String with = tenant.key("transactions:create");

    JsonNode item = read(Tenant.as(without).get(route)).at("/failures/0");
    assertThat(item.get("column").textValue()).isEqualTo("amount");
    assertThat(item.has("value")).isFalse();
    assertThat(Tenant.as(without).get("/batch-import/jobs/" + job + "?include=failures").asString())
        .doesNotContain("12,x");
    assertThat(read(Tenant.as(with).get(route)).at("/failures/0/value").textValue())
        .isEqualTo("12,x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/batch-import/entity-jobs/{id}/failures",
        "/batch-import/entity-jobs/{id}/failures.csv",
        "/batch-import/user-event-jobs/{id}/failures",
        "/batch-import/user-event-jobs/{id}/failures.csv",
        "/entities/automatic/bulk/imports/{id}/failures.csv",
      })
  void anotherKindIs404(String route) {
    Response answer = Tenant.as(key).get(route, tenant.transactionJob());

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<String>path("error.code")).isEqualTo("JOB_NOT_FOUND");
  }

  @Test
  void failuresOfAnotherOrganisationAreNotThere() {
    String foreign = Tenant.create().transactionJob();

    for (String end : List.of("/failures", "/failures.csv")) {
      assertThat(Tenant.as(key).get("/batch-import/transaction-jobs/" + foreign + end).statusCode())
          .isEqualTo(404);
    }
  }

  private String csv(String route) {
    Response answer = Tenant.as(key).get(route);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer.asString();
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

  private void failure(
      String job,
      int file,
      int row,
      String code,
      String message,
      String rowKey,
      String column,
      String value) {
    result(job, file, row, "failed", code, message, rowKey, column, value);
  }

  private void entity(String job, int row, String outcome, String code, String taxId, String type) {
    result(job, 1, row, outcome, code, "m", taxId, null, null);
    database.run(
        tx ->
            tx.update(
                """
                UPDATE import_row_result SET entity_type = ? WHERE job_id = ?::uuid AND row_number = ?
                """,
                type,
                job,
                row));
  }

  private void result(
      String job,
      int file,
      int row,
      String outcome,
      String code,
      String message,
      String rowKey,
      String column,
      String value) {
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id,
                    outcome, code, message, row_key, column_name, value)
                VALUES (?::uuid, ?, ?, ?::uuid, ?, ?, ?, ?, ?, ?)
                """,
                job,
                file,
                row,
                tenant.id(),
                outcome,
                code,
                message,
                rowKey,
                column,
                value));
  }

  private void failures(String job, int count) {
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id,
                                               outcome, code, message)
                SELECT ?::uuid, 1, n, ?::uuid, 'failed', 'VALIDATION_ERROR', 'm'
                  FROM generate_series(1, ?) AS n
                """,
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
