package io.rowledger.api.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Header;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.rowledger.testkit.RowledgerStack;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every answer tells browsers and proxies, whoever gives it. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class SecurityHeadersTest {

  private static final String KEY = "rl_test_demodemodemodemodemodemodemodemodemodemodemode0";

  @TestHTTPResource URI server;

  static Stream<Route> routes() {
    return RouteTable.ROUTES.stream()
        // It would go on for an hour; its head is looked at below.
        .filter(route -> !route.path().endsWith("/stream"));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void everyRouteHasThem(Route route) {
    // As nobody, as a tenant, and as the operator: refused, not found, and answered.
    for (String key : List.of("nobody's", KEY, Tenant.ADMIN_KEY)) {
      RequestSpecification request = given().header("Authorization", "Bearer " + key);
      if (route.body() != null && !route.contentType().startsWith("multipart")) {
        request.contentType(route.contentType()).body("[]");
      } else if (route.body() != null) {
        request.multiPart("nothing", "nothing");
      }
      assertHeaders(request.request(route.method(), route.pathWith(UUID.randomUUID().toString())));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 404",
    "GET, /no/such/route, 404",
    "DELETE, /batch-import/history, 405",
    "TRACE, /batch-import/history, 405",
    "OPTIONS, /no/such/route, 200",
    "GET, /q/health/live, 200",
    "GET, /q/health/ready, 200",
    "GET, /q/metrics, 200",
    "GET, /q/openapi, 200",
    "GET, /q/swagger-ui/, 200"
  })
  void soHasWhatIsNoRouteOfOurs(String method, String path, int status) {
    Response answer = given().request(method, path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertHeaders(answer);
  }

  @Test
  void aStreamHasThem() throws Exception {
    Tenant tenant = Tenant.create();
    HttpRequest request =
        HttpRequest.newBuilder(
                server.resolve("/batch-import/jobs/" + tenant.transactionJob() + "/stream"))
            .header("Authorization", "Bearer " + tenant.fullKey())
            .build();

    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());

    try (InputStream unread = answer.body()) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
      assertThat(answer.headers().firstValue("Cache-Control")).isPresent();
      assertThat(unread).isNotNull();
    }
  }

  @Test
  void aPageMayRunItsOwnScriptsAndADocumentNone() {
    assertThat(given().get("/q/swagger-ui/").header("Content-Security-Policy"))
        .contains("default-src 'self'")
        .contains("frame-ancestors 'none'");
    assertThat(given().get("/no/such/route").header("Content-Security-Policy"))
        .isEqualTo("default-src 'none'; frame-ancestors 'none'");
  }

  @Test
  void inTheClearThereIsNoPromiseOfTls() {
    assertThat(given().get("/no/such/route").header("Strict-Transport-Security")).isNull();
  }

  @Test
  void otherOriginsAreNotLetIn() {
    Response preflight =
        given()
            .header("Origin", "https://elsewhere.example")
            .header("Access-Control-Request-Method", "GET")
            .options("/batch-import/history");
    Response simple =
        given().header("Origin", "https://elsewhere.example").get("/batch-import/history");

    for (Response answer : List.of(preflight, simple)) {
      assertThat(answer.headers().asList())
          .extracting(header -> header.getName().toLowerCase(Locale.ROOT))
          .noneMatch(name -> name.startsWith("access-control-"));
    }
  }

  private static void assertHeaders(Response answer) {
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(answer.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
    assertThat(answer.header("Cache-Control")).matches("no-store|private, no-cache");
    assertThat(answer.header("X-Request-Id")).isNotBlank();
    assertThat(answer.headers().asList())
        .extracting(Header::getName)
        .extracting(name -> name.toLowerCase(Locale.ROOT))
        .doesNotContain("server", "x-powered-by", "via");
  }
}
