package io.rowledger.api.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.testkit.EmbeddedPostgresServer.StopMode;
import io.rowledger.testkit.RowledgerStack;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** PostgreSQL goes and comes back. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class DatabaseOutageTest {

  @Test
  void aKeyThatCannotBeLookedUpIsNotAWrongKey() {
    // Given: a key that nobody remembers
    String key = Tenant.create().fullKey();

    // When
    RowledgerStack.postgres().stop(StopMode.FAST);
    try {
      long before = System.nanoTime();
      Response answer = Tenant.as(key).get("/organization");

      // Then
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
      assertThat(answer.<String>path("error.code")).isEqualTo("SERVICE_UNAVAILABLE");
      assertThat(answer.header("Retry-After")).isEqualTo("5");
      assertThat(answer.header("WWW-Authenticate")).isNull();
      given().get("/q/health/live").then().statusCode(200);
      given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    } finally {
      RowledgerStack.postgres().resume();
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> Tenant.as(key).get("/organization").then().statusCode(200));
  }

  @Test
  void theApiDescriptionAndItsPageAreThere() {
    given()
        .get("/q/openapi?format=json")
        .then()
        .statusCode(200)
        .body("info.title", equalTo("Rowledger"))
        .body("components.securitySchemes.bearer.scheme", equalTo("bearer"))
        .body(
            "paths.'/api-keys'.get.responses.default.content.'application/problem+json'"
                + ".schema.'$ref'",
            equalTo("#/components/schemas/Problem"))
        .body(
            "components.schemas.Problem.properties.error.'$ref'",
            equalTo("#/components/schemas/ProblemError"));
    given().get("/q/swagger-ui/").then().statusCode(200);
  }
}
