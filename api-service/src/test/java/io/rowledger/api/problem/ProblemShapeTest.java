package io.rowledger.api.problem;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ProblemShapeTest {

  @TestHTTPResource URI server;

  @ParameterizedTest
  @CsvSource({
    "unexpected, 500, INTERNAL",
    "error, 500, INTERNAL",
    "sql, 500, INTERNAL",
    "database, 503, SERVICE_UNAVAILABLE",
    "pool, 503, SERVICE_UNAVAILABLE",
    "kafka, 503, SERVICE_UNAVAILABLE",
    "wrapped, 409, INVALID_TRANSITION",
    "busy, 429, TOO_MANY_JOBS",
    "unknown-outcome, 503, OUTCOME_UNKNOWN",
    "details, 400, MISSING_COLUMNS",
    "teapot, 418, VALIDATION_ERROR",
    "status/404, 404, NOT_FOUND",
    "status/500, 500, INTERNAL",
    "status/409, 409, CONFLICT",
  })
  void whatIsThrownHasTheBody(String how, int status, String code) {
    Response answer = given().get("/failing/" + how);

    assertProblem(answer, status, code, "/failing/" + how);
    assertThat(answer.asString()).doesNotContain(FailingResource.SECRET);
  }

  @Test
  void noRouteIs404() {
    assertProblem(given().get("/no/such/route"), 404, "NOT_FOUND", "/no/such/route");
    assertProblem(given().get("/"), 404, "NOT_FOUND", "/");
    assertProblem(given().post("/q/nothing"), 404, "NOT_FOUND", "/q/nothing");
  }

  @Test
  void theQueryStaysOutOfTheBody() {
    assertThat(given().get("/no/route?email=a@b.example").asString()).doesNotContain("a@b");
  }

  @Test
  void anotherMethodIs405() {
    assertProblem(given().delete("/failing/json"), 405, "METHOD_NOT_ALLOWED", "/failing/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE|/batch-import/jobs/1|GET, HEAD",
        "PUT|/batch-import/history|GET, HEAD",
        "GET|/transactions/batch/upload|POST",
        "POST|/organization|GET, HEAD, PATCH",
        "PUT|/api-keys|GET, HEAD, POST",
      })
  void aMethodThatAPathDoesNotHaveIs405AndSaysWhichItHas(
      String method, String path, String allowed) {
    Response answer = given().request(method, path);

    assertProblem(answer, 405, "METHOD_NOT_ALLOWED", path);
    assertThat(answer.header("Allow").split(", ")).contains(allowed.split(", "));
    assertThat(answer.header("Allow").split(", ")).doesNotContain(method);
  }

  @Test
  void anotherTypeIs406Or415() {
    assertProblem(
        given().accept("text/csv").contentType(ContentType.JSON).body("{}").post("/failing/json"),
        406,
        "NOT_ACCEPTABLE",
        "/failing/json");
    assertProblem(
        given().contentType("text/csv").body("a,b").post("/failing/json"),
        415,
        "UNSUPPORTED_FORMAT",
        "/failing/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"number\": 1", "nonsense", "[1,", "{\"number\": 00}"})
  void brokenJsonIs400AndSaysWhere(String body) {
    Response answer = post(body);

    assertProblem(answer, 400, "VALIDATION_ERROR", "/failing/json");
    assertThat(answer.asString()).doesNotContain("com.fasterxml");
  }

  @Test
  void anUnknownFieldIsNamed() {
    valid("{\"number\": 1, \"words\": [], \"colour\": \"red\"}")
        .statusCode(400)
        .body("error.details.field", contains("colour"))
        .body("detail", not(containsString("red")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"number\": \"x\", \"words\": []}|number",
        "{\"number\": 99999999999, \"words\": []}|number",
        "{\"number\": 1.5, \"words\": []}|number",
        "{\"number\": 1, \"words\": [{}]}|words[0]",
        "{\"number\": 1, \"words\": [true]}|words[0]",
        "{\"number\": 1, \"words\": \"x\"}|words",
        "{\"number\": 1, \"words\": [], \"at\": \"yesterday\"}|at",
        "{\"number\": 0, \"words\": []}|number",
        "{\"number\": 1}|words",
        "{\"number\": 1, \"words\": [\"abcd\"]}|words[0]",
        "{\"number\": 1, \"words\": [\"a\", \"b\", \"c\"]}|words",
      })
  void aWrongFieldIsNamed(String body, String field) {
    valid(body).statusCode(400).body("error.details.field", contains(field));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnceAndInEnglish() {
    valid("{\"number\": 0, \"words\": [\"abcd\", \"a\", \"b\"]}")
        .statusCode(400)
        .body("error.details.field", contains("number", "words", "words[0]"))
        .body("error.details.message", hasItem("must be greater than or equal to 1"));
  }

  @Test
  void noBodyAtAllIs400() {
    assertProblem(post(""), 400, "VALIDATION_ERROR", "/failing/json");
    assertProblem(post("null"), 400, "VALIDATION_ERROR", "/failing/json");
  }

  @Test
  void detailsMayHaveNoField() {
    given()
        .get("/failing/details")
        .then()
        .body("error.details.field", contains(equalTo("a"), nullValue()))
        .body("error.details.message", contains("missing", "and another"));
  }

  @Test
  void aProblemCanSayWhenToComeBackAndWhichJobToLookAt() {
    given().get("/failing/busy").then().header("Retry-After", equalTo("42"));
    given().get("/failing/kafka").then().header("Retry-After", equalTo("5"));
    given().get("/failing/unknown-outcome").then().body("jobId", equalTo("the-job"));
  }

  @Test
  void aTimeHasMillisecondsAndZ() {
    valid("{\"number\": 1, \"words\": [], \"at\": \"2026-01-31T12:00:00.123456+02:00\"}")
        .statusCode(200)
        .body("at", equalTo("2026-01-31T10:00:00.123Z"));
    valid("{\"number\": 1, \"words\": [], \"at\": \"2026-01-31T12:00:00Z\"}")
        .body("at", equalTo("2026-01-31T12:00:00.000Z"));
  }

  @Test
  void theCallersRequestIdIsTakenWhenItIsSane() {
    given()
        .header("X-Request-Id", "abc-123")
        .get("/failing/unexpected")
        .then()
        .header("X-Request-Id", equalTo("abc-123"))
        .body("requestId", equalTo("abc-123"));
    for (String insane : List.of("a b", "x".repeat(101), "<script>", "a\"b")) {
      given()
          .header("X-Request-Id", insane)
          .get("/failing/unexpected")
          .then()
          .header("X-Request-Id", not(equalTo(insane)))
          .body("requestId", not(equalTo(insane)));
    }
  }

  @Test
  void goodAnswersAreNamedToo() {
    Response answer = given().get("/failing/fine");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.header("X-Request-Id")).isNotBlank();
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void aBodyThatBecomesObjectsMayHaveOneMebibyte() {
    String large = "{\"number\": 1, \"words\": [\"" + "x".repeat(1 << 20) + "\"]}";

    assertProblem(post(large), 413, "FILE_TOO_LARGE", "/failing/json");
  }

  @Test
  void aChunkedBodyIsCountedWhileItComes() throws IOException {
    String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";

    String answer =
        exchange(
            head(
                    "POST /failing/json HTTP/1.1",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked")
                + chunk.repeat(20)
                + "0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 413").contains("\"FILE_TOO_LARGE\"");
  }

  /** The server refuses this one itself, before any resource, and would send no body. */
  @Test
  void aBodyAboveTheServersLimitHasTheBodyToo() throws IOException {
    String answer = exchange(head("POST /x HTTP/1.1", "Content-Length: 99000000000"));

    assertThat(answer)
        .startsWith("HTTP/1.1 413")
        .contains("application/problem+json")
        .contains("\"FILE_TOO_LARGE\"")
        .contains("\"success\":false");
  }

  /** Not a byte of the gigabyte is sent: the refusal may not wait for it. */
  @Test
  void aCallerWhoMayNotIsRefusedBeforeTheBodyComes() throws IOException {
    String[] lines = {
      "POST /api-keys HTTP/1.1", "Content-Type: application/json", "Content-Length: 1000000000"
    };
    String key = Tenant.create().key("events:create");

    assertThat(exchange(head(lines))).startsWith("HTTP/1.1 401").contains("\"UNAUTHORIZED\"");
    assertThat(exchange(head(lines[0], lines[1], lines[2], "Authorization: Bearer " + key)))
        .startsWith("HTTP/1.1 403")
        .contains("\"FORBIDDEN\"");
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\nHost: x\r\nConnection: close\r\n\r\n";
  }

  /** Sends these bytes and reads until the server closes or has been silent for long. */
  private String exchange(String request) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      int read = in.read(buffer);
      while (read >= 0) {
        answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        if (answer.indexOf("\"requestId\"") > 0) {
          break;
        }
        read = in.read(buffer);
      }
      return answer.toString();
    }
  }

  private static ValidatableResponse valid(String body) {
    return post(body).then();
  }

  private static Response post(String body) {
    return given().contentType(ContentType.JSON).body(body).post("/failing/json");
  }

  /** The whole envelope, key by key: a client of the fixed API reads it with nothing else. */
  private static void assertProblem(Response answer, int status, String code, String instance) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    Map<String, Object> body = answer.path("");
    assertThat(body)
        .containsEntry("type", "urn:rowledger:problem:" + code)
        .containsEntry("title", Problem.valueOf(code).title())
        .containsEntry("status", status)
        .containsEntry("instance", instance)
        .containsEntry("success", false)
        .containsEntry("requestId", answer.header("X-Request-Id"));
    assertThat(answer.<String>path("detail")).isNotBlank();
    assertThat(answer.<Map<String, Object>>path("error"))
        .containsOnlyKeys("code", "message", "details")
        .containsEntry("code", code)
        .containsEntry("message", answer.path("detail"));
    assertThat(answer.<List<Object>>path("error.details")).isNotNull();
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }
}
