package io.rowledger.api.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Permission;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows in a JSON body. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class BatchTest {

  private static final String BULK = "/entities/automatic/bulk";
  private static final String BATCH = "/transactions/batch";
  private static final String BACKGROUND = "/transactions/batch/background";
  private static final String MULTI = "/transactions/batch/background-multi";
  private static final String[] AT_ONCE = {"Prefer", "wait=0"};

  private static final String ROW =
      "{\"externalId\": \"t-1\", \"type\": \"PAYMENT\", \"amount\": 10.50, \"currency\": \"USD\"}";
  private static final String TWO =
      "{\"transactions\": [" + ROW + ", " + ROW.replace("t-1", "t-2") + "]}";
  private static final String PERSON =
      "{\"taxId\": \"11144477735\", \"type\": \"person\", \"name\": \"Ana\"}";

  @Inject Stored stored;
  @TestHTTPResource URI server;

  @ConfigProperty(name = "quarkus.http.body.uploads-directory")
  java.nio.file.Path spool;

  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @ParameterizedTest
  @ValueSource(strings = {BATCH, BACKGROUND})
  void transactionsBecomeAJob(String route) {
    // When
    Response answer = Form.json(route, key, TWO, AT_ONCE);

    // Then
    String jobId = accepted(answer);
    assertThat(answer.<String>path("kind")).isEqualTo("transaction_batch");
    assertThat(answer.<Integer>path("totalItems")).isEqualTo(2);
    assertThat(answer.<Integer>path("fileCount")).isEqualTo(1);
    assertThat(answer.<String>path("interpretation[0].format")).isEqualTo("json");
    assertThat(answer.header("Location")).endsWith("/batch-import/jobs/" + jobId);
    assertThat(answer.header("Retry-After")).isEqualTo("2");
    Chunk chunk = stored.chunks(jobId).get(0);
    assertThat(chunk.columns()).containsExactly("externalId", "type", "amount", "currency");
    assertThat(chunk.rows()).extracting(row -> row.rowNumber()).containsExactly(1, 2);
    assertThat(chunk.rows().get(0).cells()).containsExactly("t-1", "PAYMENT", "10.50", "USD");
  }

  @Test
  void optionsMayStandBeforeAndAfterTheRows() {
    // When
    Response answer =
        Form.json(
            BACKGROUND,
            key,
            """
            {"label": "nightly", "transactions": [%s], "batchErrorHandling": "stop_keep_success",
             "skipDuplicates": false, "columnMapping": {"id": "externalId"}, "colour": {"a": [1]}}
            """
                .formatted(ROW));

    // Then
    JsonNode job = stored.job(accepted(answer));
    assertThat(job.get("label").asText()).isEqualTo("nightly");
    assertThat(job.get("error_handling").asText()).isEqualTo("stop_keep_success");
    assertThat(job.get("options").get("skipDuplicates").asBoolean()).isFalse();
    assertThat(job.get("options").get("executeRules").asBoolean()).isTrue();
    assertThat(job.get("mapping").get("columnMapping").get("id").asText()).isEqualTo("externalId");
    assertThat(answer.<List<String>>path("interpretation[0].warnings"))
        .contains("The member \"colour\" is not known and was ignored.");
  }

  @Test
  void severalSourcesBecomeFilesWithTheirNames() {
    // When
    Response answer =
        Form.json(
            MULTI,
            key,
            """
            {"sources": [
               {"fileName": "january.pdf", "transactions": [%1$s, 7]},
               {"transactions": [%1$s], "colour": 1}],
             "executeRules": false}
            """
                .formatted(ROW));

    // Then
    String jobId = accepted(answer);
    assertThat(answer.<Integer>path("totalItems")).isEqualTo(3);
    assertThat(answer.<List<String>>path("interpretation.fileName"))
        .containsExactly("january.pdf", "transactions-2.json");
    assertThat(answer.<List<String>>path("interpretation[0].warnings"))
        .containsExactly("The member \"colour\" of a source is not known and was ignored.");
    assertThat(stored.job(jobId).get("options").get("executeRules").asBoolean()).isFalse();
    List<Chunk> chunks = stored.chunks(jobId);
    assertThat(chunks).extracting(Chunk::fileNumber).containsExactly(1, 2);
    assertThat(chunks.get(0).rows().get(1).malformed()).contains("a number");
  }

  @Test
  void entitiesAreAutomaticUnlessTheySayOtherwise() {
    // Given
    stored.update(
        "UPDATE organization SET features = '{entities_automatic}' WHERE id = ?::uuid",
        tenant.id());

    // When
    Response automatic = Form.json(BULK, key, "{\"country\": \"BR\", \"items\": [" + PERSON + "]}");
    Response manual =
        Form.json(
            BULK,
            key,
            "{\"items\": ["
                + PERSON
                + "], \"importMode\": \"manual_no_enrichment\","
                + " \"country\": \"br\", \"depth\": 3, \"isClient\": true,"
                + " \"attributes\": {\"a\": 1}, \"reportRecipientEmails\": [\"a@example.com\"]}");

    // Then
    assertThat(automatic.<String>path("importMode")).isEqualTo("automatic");
    assertThat(automatic.<String>path("kind")).isEqualTo("entity_automatic");
    assertThat(manual.<String>path("importMode")).isEqualTo("manual");
    JsonNode options = stored.job(accepted(manual)).get("options");
    assertThat(options.get("country").asText()).isEqualTo("BR");
    assertThat(options.get("depth").asInt()).isEqualTo(3);
    assertThat(options.get("isClient").asBoolean()).isTrue();
    assertThat(options.get("attributes").get("a").asInt()).isEqualTo(1);
    assertThat(manual.asString()).doesNotContain("a@example.com");
    JsonNode job = stored.job(accepted(automatic));
    assertThat(job.get("metadata").get("importMode").asText()).isEqualTo("automatic");
  }

  @Test
  void automaticModeNeedsTheFeature() {
    Response answer = Form.json(BULK, key, "{\"items\": [" + PERSON + "]}");

    assertRefused(answer, 403, "FEATURE_NOT_ENABLED", "importMode automatic");
  }

  @Test
  void bulkNeedsBothPermissions() {
    String one = tenant.key(Permission.ENTITIES_BULK_IMPORT);

    assertRefused(Form.json(BULK, one, "{"), 403, "FORBIDDEN", "entities:create");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"transactions\": [{\"a\": 1},,]}|VALIDATION_ERROR|line 1, column 28",
        "{\"transactions\": [{\"a\": 1}|VALIDATION_ERROR|line 1",
        "{\"transactions\": [{\"a\": 1}]} x|VALIDATION_ERROR|line 1",
        "{\"transactions\": [{\"a\": 1}]} {}|VALIDATION_ERROR|line 1",
        "[{\"a\": 1}]|VALIDATION_ERROR|must be a JSON object",
        "``|VALIDATION_ERROR|must be a JSON object",
        "7|VALIDATION_ERROR|must be a JSON object",
        "{}|VALIDATION_ERROR|\"transactions\"",
        "{\"items\": [{}]}|VALIDATION_ERROR|\"transactions\"",
        "{\"transactions\": {}}|VALIDATION_ERROR|must be an array",
        "{\"transactions\": null}|VALIDATION_ERROR|must be an array",
        "{\"transactions\": []}|EMPTY_FILE|transactions",
        "{\"transactions\": [{}], \"transactions\": [{}]}|VALIDATION_ERROR|twice",
        "{\"transactions\": [{}], \"label\": \"a\", \"label\": \"a\"}|VALIDATION_ERROR|twice",
        "{\"transactions\": [{}], \"label\": 7}|VALIDATION_ERROR|label must be a text",
        "{\"transactions\": [{}], \"executeRules\": \"yes\"}|VALIDATION_ERROR|executeRules",
        "{\"transactions\": [{}], \"executeRules\": 1}|VALIDATION_ERROR|executeRules",
        "{\"transactions\": [{}], \"columnMapping\": []}|VALIDATION_ERROR|columnMapping",
      })
  void aBodyThatIsWrongIsRefusedWithItsPlace(String body, String code, String place) {
    assertRefused(Form.json(BACKGROUND, key, body), 400, code, place);
    assertRefused(Form.json(BATCH, key, body), 400, code, place);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"sources\": []}|EMPTY_FILE|sources",
        "{\"transactions\": [{}]}|VALIDATION_ERROR|\"sources\"",
        "{\"sources\": [7]}|VALIDATION_ERROR|sources[0]",
        "{\"sources\": [{}]}|VALIDATION_ERROR|sources[0]",
        "{\"sources\": [{\"transactions\": [{}]}, {\"transactions\": []}]}|EMPTY_FILE|sources[1]",
        "{\"sources\": [{\"transactions\": 7}]}|VALIDATION_ERROR|sources[0].transactions",
        "{\"sources\": [{\"fileName\": 7}]}|VALIDATION_ERROR|sources[0].fileName",
      })
  void sourcesThatAreWrongAreRefusedWithTheirPlace(String body, String code, String place) {
    assertRefused(Form.json(MULTI, key, body), 400, code, place);
  }

  @Test
  void moreThanFiveSourcesAreRefused() {
    String source = "{\"transactions\": [" + ROW + "]}";
    String five = String.join(",", java.util.Collections.nCopies(5, source));

    assertRefused(
        Form.json(MULTI, key, "{\"sources\": [" + five + "," + source + "]}"),
        400,
        "VALIDATION_ERROR",
        "5");
    assertThat(accepted(Form.json(MULTI, key, "{\"sources\": [" + five + "]}"))).isNotBlank();
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    byte[] latin =
        "{\"transactions\": [{\"description\": \"caf\u00e9\"}]}"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    byte[] wide = TWO.getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
    byte[] marked = ("\uFEFF" + TWO).getBytes(UTF_8);

    for (byte[] body : List.of(latin, wide)) {
      assertRefused(
          Form.post(BACKGROUND, key, "application/json", body), 400, "VALIDATION_ERROR", "");
    }
    assertThat(accepted(Form.post(BACKGROUND, key, "application/json", marked))).isNotBlank();
  }

  @Test
  void aRowThatIsTooLargeIsNamedByItsPlaceInTheBody() {
    String large = "{\"description\": \"" + "x".repeat(300_000) + "\"}";

    assertRefused(
        Form.json(BACKGROUND, key, "{\n\"transactions\": [" + ROW + ",\n" + large + "]}"),
        400,
        "ROW_TOO_LARGE",
        "transactions[1], which starts at line 3");
  }

  @Test
  void optionsHaveALimitOfTheirOwn() {
    String body = "{\"x\": [" + "1,".repeat(600_000) + "1], \"transactions\": [" + ROW + "]}";

    assertRefused(Form.json(BACKGROUND, key, body), 400, "VALIDATION_ERROR", "1 MiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {BATCH, BACKGROUND, MULTI, BULK})
  void anotherContentTypeIsRefused(String route) {
    assertRefused(
        Form.post(route, key, "text/csv", "a,b\n1,2\n".getBytes(UTF_8)),
        415,
        "UNSUPPORTED_FORMAT",
        "");
  }

  @ParameterizedTest
  @CsvSource({BATCH + ",50", BACKGROUND + ",50", BULK + ",50", MULTI + ",150"})
  void aBodyThatAnnouncesTooMuchIsRefusedUnread(String route, int mebibytes) throws IOException {
    String answer = head(route, "application/json", ((long) mebibytes << 20) + 1);

    assertThat(answer).startsWith("HTTP/1.1 413 ");
    assertThat(stored.jobs(tenant)).isZero();
  }

  @Test
  void aFormThatAnnouncesTooMuchForItsOrganisationIsRefusedUnread() throws IOException {
    limit("max_bytes = 1000");

    assertThat(head("/transactions/batch/upload", Form.CONTENT_TYPE, 100L << 20))
        .startsWith("HTTP/1.1 413 ");
  }

  /** Sends a head and nothing behind it, and reads the start of what is answered. */
  private String head(String route, String contentType, long length) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              String.join(
                      "\r\n",
                      "POST " + route + " HTTP/1.1",
                      "Host: x",
                      "Authorization: Bearer " + key,
                      "Content-Type: " + contentType,
                      "Content-Length: " + length,
                      "\r\n")
                  .getBytes(UTF_8));
      return new String(socket.getInputStream().readNBytes(13), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BATCH, BACKGROUND})
  void theLimitsOfTheOrganisationHoldForBodiesToo(String route) {
    limit("max_rows_per_file = 1");
    assertRefused(Form.json(route, key, TWO), 400, "TOO_MANY_ITEMS", "2");

    limit("max_rows_per_file = 10, max_bytes = 100");
    assertRefused(Form.json(route, key, TWO), 413, "FILE_TOO_LARGE", "100");

    limit("max_bytes = 10000, max_open_jobs = 1");
    tenant.transactionJob();
    Response answer = Form.json(route, key, TWO);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(429);
    assertThat(answer.<String>path("error.code")).isEqualTo("TOO_MANY_JOBS");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();

    stored.update(
        "UPDATE import_job SET paused_at = now() WHERE organization_id = ?::uuid", tenant.id());
    accepted(Form.json(route, key, TWO, AT_ONCE));
  }

  @Test
  void whatWasSpooledIsRemoved() throws IOException {
    assertRefused(Form.json(BACKGROUND, key, "{"), 400, "VALIDATION_ERROR", "");
    accepted(Form.json(BACKGROUND, key, TWO));

    try (var files = java.nio.file.Files.list(spool)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("body-"))).isEmpty();
    }
  }

  @Test
  void theAnswerWaitsForTheEndOfTheJob() throws Exception {
    // Given
    CompletableFuture<Response> sent =
        CompletableFuture.supplyAsync(() -> Form.json(BATCH, key, TWO));
    UUID job = theJob();

    // When
    stored.update(
        """
        INSERT INTO transactions (id, organization_id, job_id, file_number, row_number, external_id,
                                  type, amount, currency, status, transacted_at)
        SELECT gen_random_uuid(), organization_id, id, 1, 1, 't-1', 'PAYMENT', 1, 'USD', 'CREATED', now()
          FROM import_job WHERE id = ?
        """,
        job);
    stored.update(
        """
        INSERT INTO import_row_result (job_id, organization_id, file_number, row_number, outcome,
                                       code, message, row_key)
        SELECT id, organization_id, 1, 2, 'failed', 'VALIDATION_ERROR', 'No.', 't-2'
          FROM import_job WHERE id = ?
        """,
        job);
    end(job, "completed", "succeeded = 1, failed = 1");

    // Then
    Response answer = sent.get();
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    JsonNode body = Stored.read(answer.asString());
    assertThat(body.get("success").asBoolean()).isTrue();
    assertThat(body.get("created").asInt()).isEqualTo(1);
    assertThat(body.get("failed").asInt()).isEqualTo(1);
    assertThat(body.get("skipped").asInt()).isZero();
    assertThat(body.get("jobId").asText()).isEqualTo(job.toString());
    assertThat(body.get("processingTime").isIntegralNumber()).isTrue();
    assertThat(body.get("transactions")).hasSize(1);
    assertThat(body.get("transactions").get(0).get("externalId").asText()).isEqualTo("t-1");
    assertThat(body.get("errors")).hasSize(1);
    assertThat(body.get("errors").get(0).get("externalId").asText()).isEqualTo("t-2");
    assertThat(body.get("errors").get(0).get("code").asText()).isEqualTo("VALIDATION_ERROR");
    assertThat(body.get("summary"))
        .isEqualTo(
            Stored.read(
                """
                {"status": "completed", "outcome": "partial", "totalItems": 2, "created": 1,
                 "skipped": 0, "failed": 1, "unprocessed": 0, "dryRun": false}
                """));
    assertThat(body.has("jobFailure")).isFalse();
  }

  @Test
  void aJobThatFailedAsAWholeIsNoSuccess() throws Exception {
    // Given
    CompletableFuture<Response> sent =
        CompletableFuture.supplyAsync(() -> Form.json(BATCH, key, TWO));
    UUID job = theJob();

    // When
    end(job, "failed", "failed = 1, failure_code = 'ROLLED_BACK', failure_message = 'One failed.'");

    // Then
    Response answer = sent.get();
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    assertThat(answer.<Boolean>path("success")).isFalse();
    assertThat(answer.<String>path("jobFailure.code")).isEqualTo("ROLLED_BACK");
    assertThat(answer.<Integer>path("summary.unprocessed")).isEqualTo(1);
  }

  @Test
  void aBatchThatIsSentAgainWaitsForTheSameJob() {
    // Given
    Response first =
        Form.json(BATCH, key, TWO, "Idempotency-Key", "k", "Prefer", "respond-async, wait=1");
    Response second = Form.json(BATCH, key, TWO, "Idempotency-Key", "k", "Prefer", "wait=0");
    end(theJob(), "completed", "skipped = 2");

    // When
    Response third = Form.json(BATCH, key, " " + TWO, "Idempotency-Key", "k");

    // Then
    String jobId = accepted(first);
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(third.statusCode()).as(third.asString()).isEqualTo(200);
    assertThat(third.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(third.<String>path("jobId")).isEqualTo(jobId);
    assertThat(third.<Integer>path("skipped")).isEqualTo(2);
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  private UUID theJob() {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> stored.jobIds(tenant), ids -> ids.size() == 1)
        .get(0);
  }

  private void end(UUID job, String status, String counters) {
    stored.update(
        "UPDATE import_job SET status = '"
            + status
            + "', phase = 'done', completed_at = clock_timestamp(), "
            + counters
            + " WHERE id = ?",
        job);
  }

  private void limit(String assignments) {
    stored.update("UPDATE organization SET " + assignments + " WHERE id = ?::uuid", tenant.id());
  }

  private void assertRefused(Response answer, int status, String code, String place) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<String>path("error.code")).as(answer.asString()).isEqualTo(code);
    assertThat(answer.<String>path("detail")).contains(place);
    assertThat(stored.jobs(tenant)).isZero();
  }

  private static String accepted(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }
}
