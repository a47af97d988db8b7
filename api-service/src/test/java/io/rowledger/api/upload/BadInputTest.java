package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong is refused with its place, leaves no job, and hurts nobody else. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class BadInputTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ENTITIES = "/batch-import/import/entities";
  private static final String HEADER = "externalId,type,amount,currency\n";
  private static final String GOOD = HEADER + "t-1,PAYMENT,1.00,USD\n";
  private static final String GOOD_ENTITY =
      "tax_id,type,suggested_name,country_code\n11144477735,person,Ana,BR\n";

  /** The organisation's limits, as columns of its row. */
  private static final String NO_LIMITS = "max_open_jobs = 100";

  /**
   * One bad request.
   *
   * @param limits what is set in the organisation's row before
   * @param place what the answer must name
   */
  private record Case(
      String name, String limits, Sender request, int status, String code, String place) {

    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  private interface Sender {
    Response send(String key);
  }

  @Inject Stored stored;
  @TestHTTPResource URI server;

  static Stream<Case> files() {
    byte[] junk = new byte[5000];
    new Random(7).nextBytes(junk);
    return Stream.of(
        file("nothing in it", "t.csv", "", 400, "EMPTY_FILE", "empty"),
        file("white space only", "t.csv", " \n\n \n", 400, "EMPTY_FILE", "empty"),
        file("header only", "t.csv", HEADER, 400, "EMPTY_FILE", "row"),
        file("empty JSON array", "t.json", "[]", 400, "EMPTY_FILE", ""),
        file("binary junk", "t.csv", junk, 400, "UNREADABLE_FILE", ""),
        file("a PDF named csv", "t.csv", "%PDF-1.7\n1 0 obj", 400, "UNREADABLE_FILE", "PDF"),
        file("xls by name", "t.xls", GOOD, 415, "UNSUPPORTED_FORMAT", ".xls"),
        file("xlsx by name", "t.xlsx", GOOD, 400, "UNREADABLE_FILE", ".xlsx"),
        file("gz by name", "t.csv.gz", GOOD, 400, "UNREADABLE_FILE", ".gz"),
        file("xls by content", "t.csv", hex("d0cf11e0a1b11ae1"), 415, "UNSUPPORTED_FORMAT", ".xls"),
        file("half a ZIP", "t.csv", hex("504b03040a"), 400, "UNREADABLE_FILE", "workbook"),
        file("gz by content", "t.csv", hex("1f8b0800"), 400, "UNREADABLE_FILE", "gzip"),
        file("xls", "t.xls", Books.corpus("xlsx/old.xls"), 415, "UNSUPPORTED_FORMAT", ".xlsx"),
        file(
            "an OpenDocument sheet",
            "t.ods",
            Books.corpus("xlsx/open-document.ods"),
            415,
            "UNSUPPORTED_FORMAT",
            "OpenDocument"),
        file(
            "a workbook with a password",
            "t.xlsx",
            Books.corpus("xlsx/encrypted.xlsx"),
            400,
            "UNREADABLE_FILE",
            "encrypted"),
        file(
            "half a workbook",
            "t.xlsx",
            Arrays.copyOf(Books.corpus("xlsx/kinds.xlsx"), 4000),
            400,
            "UNREADABLE_FILE",
            "cut off"),
        file(
            "half a gzip file",
            "t.csv.gz",
            Arrays.copyOf(Books.gzip(GOOD.getBytes(UTF_8)), 40),
            400,
            "UNREADABLE_FILE",
            "cut off"),
        file(
            "a workbook without the columns",
            "t.xlsx",
            Books.corpus("xlsx/kinds.xlsx"),
            400,
            "MISSING_COLUMNS",
            "externalId"),
        file(
            "a quote that never ends",
            "t.csv",
            GOOD + "t-2,\"PAYMENT,1,USD\n",
            400,
            "UNREADABLE_FILE",
            "line 3"),
        file("broken JSON", "t.json", "[{\"a\": 1},\n{\"a\": ]", 400, "UNREADABLE_FILE", "line 2"),
        file(
            "a column too few",
            "t.csv",
            "externalId,type,amuont,currency\na,b,c,d\n",
            400,
            "MISSING_COLUMNS",
            "amuont"),
        file("no column that fits", "t.csv", "x,y\n1,2\n", 400, "MISSING_COLUMNS", "externalId"),
        file(
            "the same header twice",
            "t.csv",
            "externalId,type,type,amount,currency\na,b,c,d,e\n",
            400,
            "DUPLICATE_HEADER",
            "type"),
        file("one endless line", "t.csv", "x".repeat(3 << 20), 400, "ROW_TOO_LARGE", "line 1"),
        file(
            "one endless row",
            "t.csv",
            GOOD + "t-2,\"" + "x".repeat(3 << 20) + "\",1,USD\n",
            400,
            "ROW_TOO_LARGE",
            "line 3"),
        file(
            "an endless JSON text",
            "t.json",
            "[{\"externalId\": \"" + "x".repeat(3 << 20) + "\"}]",
            400,
            "ROW_TOO_LARGE",
            "1"),
        file("a header of control characters", "t.csv", "a\u0001b,c\n1,2\n", 400, "", "line 1"));
  }

  static Stream<Case> forms() {
    return Stream.of(
        field("mapping is no JSON", "columnMapping", "{nonsense", "columnMapping"),
        field("mapping is no object", "columnMapping", "[1]", "columnMapping"),
        field("mapping to no field", "columnMapping", "{\"a\": \"amuont\"}", "columnMapping/a"),
        field(
            "mapping of no version",
            "columnMapping",
            "{\"version\": 3, \"fields\": {}}",
            "columnMapping/version"),
        field(
            "mapping with NUL",
            "columnMapping",
            "{\"version\": 2, \"fields\": {\"type\": {\"constant\": \"\\u0000\"}}}",
            "columnMapping"),
        field("a mapping of endless depth", "columnMapping", "[".repeat(5000), "columnMapping"),
        field("yes is no boolean", "skipDuplicates", "yes", "skipDuplicates"),
        field("TRUE is no boolean", "executeRules", "TRUE", "executeRules"),
        field("error handling nobody knows", "batchErrorHandling", "ignore", "rollback_all"),
        field("a delimiter of two", "delimiter", ";;", "delimiter"),
        field("a charset nobody knows", "charset", "klingon-8", "charset"),
        field("1 is no boolean", "dryRun", "1", "dryRun"),
        field("retryOf that is no id", "retryOf", "x", "retryOf"),
        field("after", "after", "x", "after"),
        field("a negative number of rows", "expectedRows", "-1", "expectedRows"),
        field("no number of rows", "expectedRows", "one", "expectedRows"),
        field("a digest that is none", "expectedSha256", "x", "expectedSha256"),
        field("no digest", "expectedSha256", "[]", "expectedSha256"),
        field(
            "two digests for one file",
            "expectedSha256",
            "0".repeat(64) + "," + "0".repeat(64),
            "2 digests for 1 files"),
        field("a sum without its column", "expectedSum", "1", "sumColumn"),
        field("a sum that is none", "expectedSum", "ten", "expectedSum"),
        field("a column without a sum", "sumColumn", "amount", "expectedSum"),
        field("a label as long as a book", "label", "x".repeat(201), "label"),
        entity("depth out of range", "depth", "9", "depth"),
        entity("a status nobody knows", "status", "asleep", "status"),
        entity("a country nobody knows", "country", "QQ", "country"),
        entity("a mode nobody knows", "entityImportMode", "magic", "entityImportMode"),
        entity("attributes that are none", "attributes", "[1]", "attributes"),
        entity("NUL in attributes", "attributes", "{\"a\": \"\\u0000\"}", "attributes"),
        entity("NUL in a key", "attributes", "{\"a\\u0000\": 1}", "attributes"),
        entity("NUL in monitoring", "monitoring", "\"\\u0000\"", "monitoring"),
        entity("half a surrogate pair", "attributes", "{\"a\": \"\\ud800\"}", "attributes"),
        entity("a number beyond numbers", "attributes", "{\"a\": 1e200000}", "attributes"),
        entity("NUL in a text", "riskMatrixPersonId", "a\u0000b", "riskMatrixPersonId"),
        entity("an address that is none", "reportRecipientEmails", "[\"x\"]", "10 e-mail"),
        entity("a locale nobody knows", "emailLocale", "tr", "emailLocale"),
        request(
            "the same field twice",
            key ->
                form()
                    .field("executeRules", "true")
                    .field("executeRules", "false")
                    .file("t.csv", GOOD)
                    .post(TRANSACTIONS, key),
            400,
            "VALIDATION_ERROR",
            "executeRules"));
  }

  static Stream<Case> requests() {
    byte[] json = "{\"transactions\": []}".getBytes(UTF_8);
    byte[] noEnd = form().file("t.csv", GOOD).bytesWithoutEnd();
    byte[] half = Arrays.copyOf(noEnd, noEnd.length - 20);
    return Stream.of(
        request(
            "no file",
            key -> form().field("executeRules", "true").post(TRANSACTIONS, key),
            400,
            "VALIDATION_ERROR",
            "file"),
        request("an empty form", key -> form().post(TRANSACTIONS, key), 400, "", ""),
        request(
            "a file that is a text field",
            key -> form().field("file", GOOD).post(TRANSACTIONS, key),
            400,
            "VALIDATION_ERROR",
            "filename"),
        request(
            "six files",
            key -> {
              Form form = form();
              for (int i = 0; i < 6; i++) {
                form.file(i + ".csv", GOOD);
              }
              return form.post(TRANSACTIONS, key);
            },
            400,
            "VALIDATION_ERROR",
            "5"),
        request(
            "two files of entities",
            key -> form().file("1.csv", GOOD_ENTITY).file("2.csv", GOOD_ENTITY).post(ENTITIES, key),
            400,
            "VALIDATION_ERROR",
            "one"),
        request(
            "the second file is bad",
            key -> form().file("1.csv", GOOD).file("2.csv", HEADER).post(TRANSACTIONS, key),
            400,
            "EMPTY_FILE",
            ""),
        request(
            "JSON",
            key -> Form.post(TRANSACTIONS, key, "application/json", json),
            415,
            "UNSUPPORTED_FORMAT",
            ""),
        request("no content type", key -> Form.post(TRANSACTIONS, key, null, json), 400, "", ""),
        request(
            "no boundary",
            key -> Form.post(TRANSACTIONS, key, "multipart/form-data", noEnd),
            400,
            "VALIDATION_ERROR",
            ""),
        request(
            "another boundary",
            key -> Form.post(TRANSACTIONS, key, "multipart/form-data; boundary=x", noEnd),
            400,
            "VALIDATION_ERROR",
            ""),
        request(
            "no end of the form",
            key -> Form.post(TRANSACTIONS, key, Form.CONTENT_TYPE, noEnd),
            400,
            "VALIDATION_ERROR",
            ""),
        request(
            "the form ends in the file",
            key -> Form.post(TRANSACTIONS, key, Form.CONTENT_TYPE, half),
            400,
            "VALIDATION_ERROR",
            ""),
        request(
            "no body",
            key -> Form.post(TRANSACTIONS, key, Form.CONTENT_TYPE, new byte[0]),
            400,
            "VALIDATION_ERROR",
            ""),
        request(
            "automatic mode without the feature",
            key ->
                form()
                    .field("entityImportMode", "automatic")
                    .file("e.csv", GOOD_ENTITY)
                    .post(ENTITIES, key),
            403,
            "FEATURE_NOT_ENABLED",
            "entities_automatic"),
        limited("max_rows_per_file = 1", GOOD + "t-2,PAYMENT,1,USD\n", 400, "TOO_MANY_ITEMS", "2"),
        limited("max_bytes = 20", GOOD, 413, "FILE_TOO_LARGE", "20"),
        new Case(
            "files that unpack to more than may be sent",
            "max_bytes = 2000",
            key ->
                form()
                    .file("1.csv.gz", Books.gzip((GOOD + " \n".repeat(700)).getBytes(UTF_8)))
                    .file("2.csv.gz", Books.gzip((GOOD + " \n".repeat(700)).getBytes(UTF_8)))
                    .post(TRANSACTIONS, key),
            413,
            "FILE_TOO_LARGE",
            "2000"),
        request(
            "a sheet that is not there",
            key ->
                form()
                    .field("sheet", "Kids")
                    .file("t.xlsx", Books.corpus("xlsx/kinds.xlsx"))
                    .post(TRANSACTIONS, key),
            400,
            "VALIDATION_ERROR",
            "1 \"Kinds\""));
  }

  @ParameterizedTest
  @MethodSource({"files", "forms", "requests"})
  void itIsRefusedWithItsPlaceAndLeavesNothing(Case bad) {
    // Given
    Tenant tenant = Tenant.create();
    String key = tenant.fullKey();
    limit(tenant, bad.limits());

    // When
    Response answer = bad.request().send(key);

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(bad.status());
    String code = answer.path("error.code");
    if (!bad.code().isEmpty()) {
      assertThat(code).as(answer.asString()).isEqualTo(bad.code());
    }
    assertProblem(answer, bad.status(), code);
    assertThat(answer.path("detail") + " " + answer.path("error.details")).contains(bad.place());
    assertThat(stored.jobs(tenant)).isZero();
    limit(tenant, "max_rows_per_file = 10, max_bytes = 100000");
    assertThat(form().file("t.csv", GOOD).post(TRANSACTIONS, key).statusCode()).isEqualTo(202);
  }

  @Test
  void aMissingColumnIsNamedWithTheHeaderMostLikeIt() {
    Response answer =
        form()
            .file("t.csv", "extrnalId,type,amount,sum\na,b,c,d\n")
            .post(TRANSACTIONS, Tenant.create().fullKey());

    List<Map<String, String>> details = answer.path("error.details");
    assertThat(details)
        .extracting(detail -> detail.get("field"))
        .containsExactlyInAnyOrder("externalId", "currency");
    assertThat(details.toString()).contains("\"extrnalId\"");
  }

  @Test
  void everythingThatIsWrongWithAFormIsSaidAtOnce() {
    Response answer =
        form()
            .file("t.csv", GOOD)
            .field("executeRules", "1")
            .field("skipDuplicates", "no")
            .field("dryRun", "maybe")
            .post(TRANSACTIONS, Tenant.create().fullKey());

    assertThat(answer.<List<String>>path("error.details.field"))
        .containsExactlyInAnyOrder("executeRules", "skipDuplicates", "dryRun");
  }

  @Test
  void tooManyOpenJobsIs429AndSaysWhenToComeBack() {
    // Given
    Tenant tenant = Tenant.create();
    String key = tenant.fullKey();
    limit(tenant, "max_open_jobs = 1");
    tenant.transactionJob();

    // When
    Response answer = form().file("t.csv", GOOD).post(TRANSACTIONS, key);

    // Then
    assertProblem(answer, 429, "TOO_MANY_JOBS");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    assertThat(stored.jobs(tenant)).isEqualTo(1);
    limit(tenant, "max_open_jobs = 2");
    assertThat(form().file("t.csv", GOOD).post(TRANSACTIONS, key).statusCode()).isEqualTo(202);
  }

  /** More is announced than comes, and the client says that nothing more will. */
  @Test
  void aBodyThatIsCutOffLeavesNoJob() throws IOException {
    // Given
    Tenant tenant = Tenant.create();
    String key = tenant.fullKey();
    byte[] body = form().file("t.csv", GOOD).bytes();

    // When
    String answer;
    try (Socket socket = begin(key, body.length + 1000)) {
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      answer = readAll(socket);
    }

    // Then
    assertThat(answer).doesNotContain("HTTP/1.1 5", "HTTP/1.1 2");
    assertThat(form().file("t.csv", GOOD).post(TRANSACTIONS, key).statusCode()).isEqualTo(202);
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  @Test
  void aClientThatGoesAwayLeavesNoJob() throws IOException {
    // Given
    Tenant tenant = Tenant.create();
    String key = tenant.fullKey();
    byte[] body = form().file("t.csv", GOOD.repeat(20_000)).bytes();

    // When
    try (Socket socket = begin(key, body.length)) {
      socket.getOutputStream().write(body, 0, body.length / 2);
      socket.getOutputStream().flush();
      socket.setSoLinger(true, 0);
    }

    // Then
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(10))
        .until(() -> stored.jobs(tenant) == 0);
    assertThat(form().file("t.csv", GOOD).post(TRANSACTIONS, key).statusCode()).isEqualTo(202);
  }

  private Socket begin(String key, int length) throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(20_000);
    socket
        .getOutputStream()
        .write(
            String.join(
                    "\r\n",
                    "POST " + TRANSACTIONS + " HTTP/1.1",
                    "Host: x",
                    "Authorization: Bearer " + key,
                    "Content-Type: " + Form.CONTENT_TYPE,
                    "Content-Length: " + length,
                    "\r\n")
                .getBytes(UTF_8));
    return socket;
  }

  private static String readAll(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[4096];
    int count;
    while ((count = in.read(buffer)) > 0) {
      all.write(buffer, 0, count);
    }
    return all.toString(UTF_8);
  }

  private void limit(Tenant tenant, String assignments) {
    stored.update("UPDATE organization SET " + assignments + " WHERE id = ?::uuid", tenant.id());
  }

  private static void assertProblem(Response answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    Map<String, Object> body = answer.path("");
    assertThat(body)
        .containsOnlyKeys(
            "type", "title", "status", "detail", "instance", "success", "error", "requestId")
        .containsEntry("type", "urn:rowledger:problem:" + code)
        .containsEntry("status", status)
        .containsEntry("success", false);
    assertThat(answer.<String>path("detail")).isNotBlank();
    assertThat(answer.<Map<String, Object>>path("error"))
        .containsOnlyKeys("code", "message", "details")
        .containsEntry("code", code)
        .containsEntry("message", answer.path("detail"));
  }

  private static Case file(
      String name, String fileName, String content, int status, String code, String place) {
    return file(name, fileName, content.getBytes(UTF_8), status, code, place);
  }

  private static Case file(
      String name, String fileName, byte[] content, int status, String code, String place) {
    return request(
        name, key -> form().file(fileName, content).post(TRANSACTIONS, key), status, code, place);
  }

  private static Case field(String name, String field, String value, String place) {
    return request(
        name,
        key -> form().file("t.csv", GOOD).field(field, value).post(TRANSACTIONS, key),
        400,
        "VALIDATION_ERROR",
        place);
  }

  private static Case entity(String name, String field, String value, String place) {
    return request(
        name,
        key -> form().file("e.csv", GOOD_ENTITY).field(field, value).post(ENTITIES, key),
        400,
        "VALIDATION_ERROR",
        place);
  }

  private static Case limited(
      String limits, String content, int status, String code, String place) {
    return new Case(
        limits,
        limits,
        key -> form().file("t.csv", content).post(TRANSACTIONS, key),
        status,
        code,
        place);
  }

  private static Case request(String name, Sender request, int status, String code, String place) {
    return new Case(name, NO_LIMITS, request, status, code, place);
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex + "0000000000000000");
  }
}
