package io.rowledger.api.security;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An organisation of a test's own, made over HTTP by the operator. Tests that share nothing can run
 * in any order.
 */
public record Tenant(String id, String orgKey) {

  /** From the test configuration; may do what the operator may and nothing else. */
  public static final String ADMIN_KEY = "rl_test_adminadminadminadminadminadminadminadmina";

  public static Tenant create() {
    String orgKey = "org-" + UUID.randomUUID();
    String id =
        asAdmin()
            .body(Map.of("orgKey", orgKey, "name", "A test's organisation"))
            .post("/admin/organizations")
            .then()
            .statusCode(201)
            .extract()
            .path("organization.id");
    return new Tenant(id, orgKey);
  }

  /** A new key of this organisation. */
  public String key(String... permissions) {
    return newKey(Arrays.asList(permissions)).extract().path("key");
  }

  /** A key with everything that a tenant can have. */
  public String fullKey() {
    return newKey(Permission.OF_TENANTS).extract().path("key");
  }

  /** The id of a new key, for routes that take one. */
  public String keyId() {
    return newKey(List.of(Permission.EVENTS_CREATE)).extract().path("apiKey.id");
  }

  private ValidatableResponse newKey(List<String> permissions) {
    return asAdmin()
        .body(Map.of("name", "a key", "permissions", permissions))
        .post("/admin/organizations/{id}/api-keys", id)
        .then()
        .statusCode(201);
  }

  private static io.restassured.specification.RequestSpecification asAdmin() {
    return as(ADMIN_KEY).contentType(ContentType.JSON);
  }

  /** A request with this key or token. */
  public static io.restassured.specification.RequestSpecification as(String token) {
    return given().header("Authorization", "Bearer " + token);
  }
}
