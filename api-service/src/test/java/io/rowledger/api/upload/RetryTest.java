package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class RetryTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ENTITIES = "/batch-import/import/entities";
  private static final String CONTINUE = "continue_collect_errors";

  private static final String FOUR_ROWS =
      """
      id,amount,colour
      a,1,red
      b,2,
      c,3,blue
      d,4,green
      """;

  private static final String MAPPING =
      """
      {"version": 2, "fields": {
        "externalId": {"column": "id"}, "amount": {"column": "amount"},
        "type": {"constant": "PAYMENT"}, "currency": {"constant": "USD"}}}
      """;

  @Inject Stored stored;
  @Inject Ending ending;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void theChildHasTheRowsAndEverythingElseOfItsParent() {
    // Given
    String parent =
        id(
            form()
                .file("one.csv", FOUR_ROWS)
                .file("two.csv", FOUR_ROWS)
                .field("columnMapping", MAPPING)
                .field("batchErrorHandling", CONTINUE)
                .field("skipDuplicates", "false")
                .field("label", "January")
                .post(TRANSACTIONS, key));
    ending.end(
        parent,
        "completed",
        5,
        "1 3 failed VALIDATION_ERROR",
        "2 2 failed ENTITY_NOT_FOUND",
        "2 5 skipped SKIPPED_DUPLICATE_EXTERNAL_ID");

    // When
    Response answer = retry(parent, "{\"rows\": \"failed\"}");

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    String child = answer.path("jobId");
    assertThat(answer.<Integer>path("totalItems")).isEqualTo(2);
    assertThat(answer.<Integer>path("fileCount")).isEqualTo(2);
    assertThat(answer.<List<String>>path("interpretation.fileName"))
        .containsExactly("one.csv", "two.csv");
    assertThat(answer.header("Location")).endsWith("/batch-import/jobs/" + child);
    List<Chunk> chunks = stored.chunks(child);
    assertThat(chunks).extracting(Chunk::fileNumber).containsExactly(1, 2);
    assertThat(chunks)
        .allSatisfy(c -> assertThat(c.columns()).containsExactly("id", "amount", "colour"));
    assertThat(chunks.get(0).rows()).containsExactly(RawRow.of(3, List.of("b", "2", "")));
    assertThat(chunks.get(1).rows()).containsExactly(RawRow.of(2, List.of("a", "1", "red")));
    JsonNode before = stored.job(parent);
    JsonNode after = stored.job(child);
    for (String same :
        List.of("kind", "error_handling", "options", "mapping", "label", "metadata")) {
      assertThat(after.get(same)).as(same).isEqualTo(before.get(same));
    }
    assertThat(after.get("upload_id")).isNotEqualTo(before.get("upload_id"));
    assertThat(after.get("dry_run").asBoolean()).isFalse();
    assertThat(job(child).get("retryOf").asText()).isEqualTo(parent);
    assertThat(job(parent).get("retriedBy").asText()).isEqualTo(child);
  }

  @ParameterizedTest
  @CsvSource({
    // A job that was undone has nothing but failures and rows nobody processed.
    "failed,      0, 1 3 failed VALIDATION_ERROR, failed,            3",
    "failed,      0, 1 3 failed VALIDATION_ERROR, unprocessed,       2 4 5",
    "failed,      0, 1 3 failed VALIDATION_ERROR, all_not_succeeded, 2 3 4 5",
    // Stopped at its first failure.
    "completed,   1, 1 3 failed VALIDATION_ERROR, unprocessed,       4 5",
    "completed,   1, 1 3 failed VALIDATION_ERROR, all_not_succeeded, 3 4 5",
    "cancelled,   1, 1 3 skipped SKIPPED_DUPLICATE_EXTERNAL_ID, all_not_succeeded, 4 5",
    "interrupted, 1, 1 2 failed MALFORMED_ROW,    all_not_succeeded, 2 4 5",
    "completed,   3, 1 4 failed PROCESSING_ERROR, all_not_succeeded, 4",
    "cancelled,   0, ,                            all_not_succeeded, 2 3 4 5",
  })
  void whichRowsAreTriedAgain(
      String status, int succeeded, String result, String rows, String expected) {
    String parent = fourRows();
    ending.end(parent, status, succeeded, result == null ? new String[0] : new String[] {result});

    Response answer = retry(parent, "{\"rows\": \"" + rows + "\"}");

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    assertThat(numbers(answer.path("jobId"))).isEqualTo(expected);
  }

  @Test
  void withoutABodyEverythingThatDidNotSucceedIsTriedAgain() {
    String parent = fourRows();
    ending.end(parent, "cancelled", 1, "1 3 failed VALIDATION_ERROR");

    assertThat(numbers(retry(parent, null).path("jobId"))).isEqualTo("3 4 5");
  }

  @Test
  void codesSelectAmongTheFailedRows() {
    String parent = fourRows();
    ending.end(
        parent, "cancelled", 1, "1 3 failed VALIDATION_ERROR", "1 4 failed ENTITY_NOT_FOUND");

    Response answer = retry(parent, "{\"codes\": [\"ENTITY_NOT_FOUND\"]}");

    assertThat(numbers(answer.path("jobId"))).isEqualTo("4 5");
  }

  @Test
  void theErrorHandlingCanBeAnother() {
    String parent = fourRows();
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");

    Response answer = retry(parent, "{\"batchErrorHandling\": \"stop_keep_success\"}");

    JsonNode child = stored.job(answer.path("jobId"));
    assertThat(child.get("error_handling").asText()).isEqualTo("stop_keep_success");
    assertThat(child.at("/metadata/options/batchErrorHandling").asText())
        .isEqualTo("stop_keep_success");
  }

  @Test
  void aSavedMappingTakesThePlaceOfTheParents() {
    String parent = fourRows();
    ending.end(parent, "completed", 3, "1 3 failed VALIDATION_ERROR");
    String mappingId = tenant.mappingId();

    Response answer = retry(parent, "{\"mappingId\": \"%s\"}".formatted(mappingId));

    JsonNode child = stored.job(id(answer));
    assertThat(child.at("/mapping/columnMapping/a").asText()).isEqualTo("amount");
  }

  @Test
  void aMappingThatIsNotThereIs404() {
    String parent = fourRows();
    ending.end(parent, "completed", 3, "1 3 failed VALIDATION_ERROR");

    Response answer = retry(parent, "{\"mappingId\": \"0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e\"}");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.<String>path("error.code")).isEqualTo("MAPPING_NOT_FOUND");
  }

  @Test
  void theSameKeyIsTheSameRetry() {
    // Given
    String parent = fourRows();
    ending.end(parent, "completed", 3, "1 3 failed VALIDATION_ERROR");
    String route = "/batch-import/jobs/" + parent + "/retry";
    Response first = Tenant.as(key).header("Idempotency-Key", "again").post(route);

    // When
    Response again = Tenant.as(key).header("Idempotency-Key", "again").post(route);

    // Then
    assertThat(id(again)).isEqualTo(id(first));
    assertThat(again.asString()).isEqualTo(first.asString());
    assertThat(first.header("Idempotency-Replayed")).isNull();
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
  }

  @Test
  void aRetryCanBeRetried() {
    // Given
    String parent = fourRows();
    ending.end(parent, "completed", 2, "1 3 failed VALIDATION_ERROR", "1 5 failed MALFORMED_ROW");
    String child = retry(parent, null).path("jobId");
    ending.end(child, "completed", 1, "1 5 failed MALFORMED_ROW");

    // When
    String grandchild = retry(child, null).path("jobId");

    // Then
    assertThat(numbers(grandchild)).isEqualTo("5");
    assertThat(job(grandchild).get("retryOf").asText()).isEqualTo(child);
    assertThat(job(parent).get("retriedBy").asText()).isEqualTo(child);
  }

  @Test
  void jsonRowsKeepTheirFormatAndColumns() {
    String parent =
        id(
            form()
                .file(
                    "t.json", "[{\"externalId\": \"a\"}, {\"externalId\": \"b\", \"amount\": 1.0}]")
                .field("batchErrorHandling", CONTINUE)
                .post(TRANSACTIONS, key));
    ending.end(parent, "completed", 1, "1 2 failed VALIDATION_ERROR");

    Chunk chunk = stored.chunks(retry(parent, null).path("jobId")).get(0);

    assertThat(chunk.format()).isEqualTo(CellFormat.JSON);
    assertThat(chunk.columns()).containsExactly("externalId", "amount");
    assertThat(chunk.rows()).containsExactly(RawRow.of(2, List.of("b", "1.0")));
  }

  @Test
  void aRetryOfADryRunIsADryRun() {
    String parent =
        id(
            form()
                .file("t.csv", FOUR_ROWS)
                .field("columnMapping", MAPPING)
                .field("dryRun", "true")
                .post(TRANSACTIONS, key));
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");

    String child = retry(parent, null).path("jobId");

    assertThat(job(child).get("dryRun").asBoolean()).isTrue();
  }

  @Test
  void aJobThatHasNotEndedCannotBeRetried() {
    assertRefused(retry(fourRows(), null), 409, "INVALID_TRANSITION", "queued");
  }

  @Test
  void aJobHasOneRetryAtATime() {
    // Given
    String parent = fourRows();
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");
    String running = retry(parent, null).path("jobId");

    // When
    Response second = retry(parent, null);

    // Then
    assertRefused(second, 409, "RETRY_RUNNING", running);
    assertThat(second.<String>path("jobId")).isEqualTo(running);
    ending.end(running, "failed", 0, "1 3 failed VALIDATION_ERROR");
    assertThat(retry(parent, null).statusCode()).isEqualTo(202);
  }

  @Test
  void ofTwoRetriesAtOnceOneIsQueued() throws Exception {
    // Given
    String parent = fourRows();
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");
    ExecutorService clients = Executors.newFixedThreadPool(4);

    // When
    List<Future<Integer>> answers;
    try {
      Callable<Integer> client = () -> retry(parent, null).statusCode();
      answers = clients.invokeAll(List.of(client, client, client, client));
    } finally {
      clients.shutdown();
    }

    // Then
    int queued = 0;
    for (Future<Integer> answer : answers) {
      assertThat(answer.get()).isIn(202, 409);
      queued += answer.get() == 202 ? 1 : 0;
    }
    assertThat(queued).isEqualTo(1);
    assertThat(stored.jobs(tenant)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rows\": \"failed\"}",
        "{\"rows\": \"unprocessed\"}",
        "{\"codes\": [\"MALFORMED_ROW\"]}"
      })
  void nothingToRetryIsSaid(String body) {
    String parent = fourRows();
    ending.end(parent, "completed", 3, "1 4 skipped SKIPPED_DUPLICATE_EXTERNAL_ID");

    assertRefused(retry(parent, body), 409, "NOTHING_TO_RETRY", parent);
  }

  @Test
  void rowsThatAreGoneAre410() {
    String parent = fourRows();
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");
    stored.update(
        "UPDATE upload SET sealed_key = NULL WHERE id = (SELECT upload_id FROM import_job WHERE id = ?::uuid)",
        parent);

    assertRefused(retry(parent, null), 410, "ROWS_EXPIRED", "no longer kept");
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  @Test
  void aRetryCountsTowardTheOpenJobs() {
    String parent = fourRows();
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");
    stored.update("UPDATE organization SET max_open_jobs = 1 WHERE id = ?::uuid", tenant.id());
    fourRows();

    Response answer = retry(parent, null);

    assertRefused(answer, 429, "TOO_MANY_JOBS", "it may have 1");
    assertThat(answer.header("Retry-After")).isNotNull();
  }

  @Test
  void onlyWhoMayImportTheKindMayRetry() {
    String parent = fourRows();
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");

    Response answer =
        Tenant.as(tenant.key("entities:bulk_import", "events:create"))
            .post("/batch-import/jobs/{id}/retry", parent);

    assertRefused(answer, 403, "FORBIDDEN", "transactions:create");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"rows\": \"some\"} | rows",
        "{\"rows\": 1} | rows",
        "{\"codes\": [\"NO_SUCH_CODE\"]} | codes[0]",
        "{\"codes\": [\"ENTITY_NOT_FOUND\", \"SKIPPED_DUPLICATE_IN_FILE\"]} | codes[1]",
        "{\"codes\": [null]} | codes[0]",
        "{\"codes\": []} | codes",
        "{\"rows\": \"unprocessed\", \"codes\": [\"ENTITY_NOT_FOUND\"]} | codes",
        "{\"batchErrorHandling\": \"ignore\"} | batchErrorHandling",
        "{\"row\": \"failed\"} | row",
      })
  void aBodyThatCannotBeMeantIs400(String body, String field) {
    String parent = fourRows();
    ending.end(parent, "failed", 0, "1 3 failed VALIDATION_ERROR");

    Response answer = retry(parent, body);

    assertRefused(answer, 400, "VALIDATION_ERROR", "");
    assertThat(answer.<List<String>>path("error.details.field")).contains(field);
  }

  @Test
  void entitiesHaveNoErrorHandlingToChoose() {
    String parent =
        id(
            form()
                .file("e.csv", "tax_id,type,suggested_name,country_code\n1,person,A,AR\n")
                .post(ENTITIES, key));
    ending.end(parent, "completed", 0, "1 2 failed VALIDATION_ERROR");

    Response answer = retry(parent, "{\"batchErrorHandling\": \"rollback_all\"}");

    assertRefused(answer, 400, "VALIDATION_ERROR", "");
    assertThat(retry(parent, null).<String>path("importMode")).isEqualTo("manual");
  }

  @Test
  void aCorrectedFileSaysWhichJobItRetries() {
    String parent = fourRows();
    ending.end(parent, "completed", 3, "1 4 failed VALIDATION_ERROR");

    Response answer =
        form()
            .file("t.csv", "id,amount,colour\nc,3,blue\n")
            .field("retryOf", parent)
            .field("columnMapping", MAPPING)
            .post(TRANSACTIONS, key);

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    assertThat(job(answer.path("jobId")).get("retryOf").asText()).isEqualTo(parent);
    assertThat(job(parent).get("retriedBy").asText()).isEqualTo(answer.<String>path("jobId"));
    assertRefused(retry(parent, null), 409, "RETRY_RUNNING", answer.path("jobId"));
  }

  @Test
  void whatIsNoParentIsRefusedBeforeTheFileIsRead() {
    String unfinished = fourRows();
    String entities = tenant.entityJob();
    String foreign = Tenant.create().transactionJob();
    String broken = "a,b\n\"";

    assertRefused(retryOf("nonsense", broken), 400, "VALIDATION_ERROR", "retryOf");
    assertRefused(retryOf(foreign, broken), 400, "VALIDATION_ERROR", "retryOf");
    assertRefused(retryOf(entities, broken), 400, "VALIDATION_ERROR", "entity_automatic");
    assertRefused(retryOf(unfinished, broken), 409, "INVALID_TRANSITION", unfinished);
  }

  private Response retryOf(String parent, String file) {
    return form().file("t.csv", file).field("retryOf", parent).post(TRANSACTIONS, key);
  }

  private String fourRows() {
    return id(
        form().file("t.csv", FOUR_ROWS).field("columnMapping", MAPPING).post(TRANSACTIONS, key));
  }

  private Response retry(String jobId, String body) {
    RequestSpecification request = Tenant.as(key);
    if (body != null) {
      request.contentType(ContentType.JSON).body(body);
    }
    return request.post("/batch-import/jobs/{id}/retry", jobId);
  }

  private String numbers(String jobId) {
    return String.join(
        " ",
        stored.chunks(jobId).stream()
            .flatMap(chunk -> chunk.rows().stream())
            .map(row -> Integer.toString(row.rowNumber()))
            .toList());
  }

  private JsonNode job(String jobId) {
    return Stored.read(Tenant.as(key).get("/batch-import/jobs/{id}", jobId).asString()).get("job");
  }

  private static String id(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }

  static void assertRefused(Response answer, int status, String code, String says) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.<String>path("error.code")).isEqualTo(code);
    assertThat(answer.<String>path("detail")).contains(says);
  }
}
