package io.rowledger.api.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.rowledger.api.security.ApiKeySecret;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ApiKeyApiTest {

  private Tenant tenant;
  private String manager;

  @BeforeEach
  void createTenant() {
    tenant = Tenant.create();
    manager = tenant.fullKey();
  }

  @Test
  void aNewKeyWorksAtOnceAndIsShownOnce() throws SQLException {
    // When
    ValidatableResponse made =
        create("{\"name\": \"exporter\", \"permissions\": [\"organization:manage\"]}")
            .statusCode(201)
            .header("Cache-Control", equalTo("no-store"));
    String key = made.extract().path("key");
    String id = made.extract().path("apiKey.id");

    // Then
    assertThat(key).matches("rl_test_[A-Za-z0-9_-]{43}");
    String list =
        Tenant.as(key)
            .get("/api-keys")
            .then()
            .statusCode(200)
            .body("apiKeys.name", hasItem("exporter"))
            .extract()
            .asString();
    assertThat(list).doesNotContain(key);
    assertThat(column(id, "key_hash", byte[].class)).isEqualTo(ApiKeySecret.hash(key));
  }

  @Test
  void aDeletedKeyIsDeadAtOnce() {
    // Given: a key that is in use, so that it is remembered
    ValidatableResponse made =
        create("{\"name\": \"k\", \"permissions\": [\"organization:manage\"]}");
    String key = made.extract().path("key");
    Tenant.as(key).get("/organization").then().statusCode(200);

    // When
    Tenant.as(manager)
        .delete("/api-keys/{id}", made.extract().<String>path("apiKey.id"))
        .then()
        .statusCode(200)
        .body("ok", equalTo(true));

    // Then
    Tenant.as(key).get("/organization").then().statusCode(401);
  }

  /** As when another process deleted it. */
  @Test
  void aKeyThatDiedElsewhereIsDeadWithinSeconds() throws SQLException {
    ValidatableResponse made =
        create("{\"name\": \"k\", \"permissions\": [\"organization:manage\"]}");
    String key = made.extract().path("key");
    Tenant.as(key).get("/organization").then().statusCode(200);

    update("DELETE FROM api_key WHERE id = ?", made.extract().path("apiKey.id"));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> Tenant.as(key).get("/organization").then().statusCode(401));
  }

  @Test
  void anExpiredKeyIsDeadEvenWhenItIsRemembered() {
    Instant soon = now().plusSeconds(2);
    String key =
        create(
                "{\"name\":\"k\",\"permissions\":[\"organization:manage\"],\"expiresAt\":\"%s\"}"
                    .formatted(soon))
            .statusCode(201)
            .extract()
            .path("key");
    Tenant.as(key).get("/organization").then().statusCode(200);

    await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> Tenant.as(key).get("/organization").then().statusCode(401));
    assertThat(now()).isAfterOrEqualTo(soon);
  }

  @Test
  void useIsNotedAtMostOnceAMinute() throws SQLException {
    // Given
    ValidatableResponse made =
        create("{\"name\": \"k\", \"permissions\": [\"organization:manage\"]}");
    String id = made.extract().path("apiKey.id");
    String key = made.extract().path("key");
    assertThat(column(id, "last_used_at", Object.class)).isNull();

    // When, Then: noted
    Tenant.as(key).get("/organization").then().statusCode(200);
    Object first = column(id, "last_used_at", Object.class);
    assertThat(first).isNotNull();

    // When, Then: used again after the memory has forgotten it, not noted
    Tenant.as(manager).delete("/api-keys/{id}", UUID.randomUUID()).then().statusCode(404);
    cache.forgetKey(UUID.fromString(id));
    Tenant.as(key).get("/organization").then().statusCode(200);
    assertThat(column(id, "last_used_at", Object.class)).isEqualTo(first);

    // When, Then: a minute later it is noted again
    update("UPDATE api_key SET last_used_at = last_used_at - interval '61 s' WHERE id = ?", id);
    cache.forgetKey(UUID.fromString(id));
    Tenant.as(key).get("/organization").then().statusCode(200);
    assertThat(column(id, "last_used_at", java.time.OffsetDateTime.class).toInstant())
        .isCloseTo(now(), org.assertj.core.api.Assertions.within(30, ChronoUnit.SECONDS));
  }

  @jakarta.inject.Inject io.rowledger.api.security.CachedDirectory cache;

  @Test
  void aTenantCannotMakeItselfTheOperator() {
    create("{\"name\": \"k\", \"permissions\": [\"events:create\", \"platform:admin\"]}")
        .statusCode(400)
        .body("error.details.field", contains("permissions[1]"));
  }

  @Test
  void everythingThatIsWrongIsTold() {
    create("{\"name\":\"k\",\"permissions\":[\"x\"],\"expiresAt\":\"2020-01-01T00:00:00Z\"}")
        .statusCode(400)
        .body("error.details.field", contains("permissions[0]", "expiresAt"));
    create("{\"permissions\": []}")
        .statusCode(400)
        .body("error.details.field", contains("name", "permissions"));
  }

  @Test
  void theConfiguredKeysWork() {
    Tenant.as("rl_test_demodemodemodemodemodemodemodemodemodemodemode0")
        .get("/organization")
        .then()
        .statusCode(200)
        .body("organization.orgKey", equalTo("demo"));
    // The operator's key opens no tenant's data.
    Tenant.as(Tenant.ADMIN_KEY).get("/organization").then().statusCode(403);
  }

  private ValidatableResponse create(String body) {
    return Tenant.as(manager).contentType(ContentType.JSON).body(body).post("/api-keys").then();
  }

  private static <T> T column(String id, String column, Class<T> type) throws SQLException {
    try (Connection connection = RowledgerStack.postgres().connect(RowledgerStack.database());
        PreparedStatement query =
            connection.prepareStatement("SELECT " + column + " FROM api_key WHERE id = ?::uuid")) {
      query.setString(1, id);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return type == Object.class || type == byte[].class
            ? type.cast(row.getObject(1))
            : row.getObject(1, type);
      }
    }
  }

  private static void update(String sql, String id) throws SQLException {
    try (Connection connection = RowledgerStack.postgres().connect(RowledgerStack.database());
        PreparedStatement update = connection.prepareStatement(sql.replace("?", "?::uuid"))) {
      update.setString(1, id);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  private static Instant now() {
    return InstantSource.system().instant();
  }
}
