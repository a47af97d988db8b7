package io.rowledger.api.security;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.rowledger.testkit.RowledgerStack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
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
  public static final String ADMIN_KEY = "rl_test_adminadminadminadminadminadminadminadminadmin";

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

  /** The id of a new mapping, for routes that take one. */
  public String mappingId() {
    return as(fullKey())
        .contentType(ContentType.JSON)
        .body(
            Map.of(
                "name",
                "a mapping",
                "target",
                "transaction",
                "columnMapping",
                Map.of("a", "amount")))
        .post("/batch-import/mappings")
        .then()
        .statusCode(201)
        .extract()
        .path("mapping.id");
  }

  /** The id of a new webhook that nothing is sent to, for routes that take one. */
  public String webhookId() {
    return as(key(Permission.ORGANIZATION_MANAGE))
        .contentType(ContentType.JSON)
        .body(Map.of("url", "https://93.184.216.34/hook"))
        .post("/batch-import/webhooks")
        .then()
        .statusCode(201)
        .extract()
        .path("webhook.id");
  }

  /** The id of a queued job of this organisation, for routes that take one. */
  public String transactionJob() {
    return job("transaction_batch");
  }

  public String entityJob() {
    return job("entity_automatic");
  }

  public String userEventJob() {
    return job("user_event_batch");
  }

  /** The external id of a new transaction of this organisation, for routes that take one. */
  public String transactionExternalId() {
    String externalId = "t-" + UUID.randomUUID();
    try (Connection connection = RowledgerStack.postgres().connect(RowledgerStack.database())) {
      execute(
          connection,
          """
          INSERT INTO transactions (id, organization_id, job_id, file_number, row_number, external_id,
                                    type, amount, currency, status, transacted_at)
          VALUES (gen_random_uuid(), ?::uuid, gen_random_uuid(), 1, 2, ?, 'PAYMENT', 1, 'USD', 'CREATED',
                  clock_timestamp())
          """,
          id,
          externalId);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return externalId;
  }

  private String job(String kind) {
    UUID upload = UUID.randomUUID();
    UUID job = UUID.randomUUID();
    try (Connection connection = RowledgerStack.postgres().connect(RowledgerStack.database())) {
      execute(
          connection,
          """
          INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, expires_at)
          VALUES (?::uuid, ?::uuid, '{}', 'none', '1', clock_timestamp() + interval '1 day')
          """,
          upload.toString(),
          id);
      execute(
          connection,
          """
          INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count,
                                  error_handling, mapping, codec_version, created_by)
          VALUES (?::uuid, ?::uuid, ?::uuid, ?, 1, 1, 'rollback_all', '{}', 1, 'a test')
          """,
          job.toString(),
          id,
          upload.toString(),
          kind);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return job.toString();
  }

  private static void execute(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    }
  }

  private ValidatableResponse newKey(List<String> permissions) {
    return asAdmin()
        .body(Map.of("name", "a key", "permissions", permissions))
        .post("/admin/organizations/{id}/api-keys", id)
        .then()
        .statusCode(201);
  }

  private static RequestSpecification asAdmin() {
    return as(ADMIN_KEY).contentType(ContentType.JSON);
  }

  /** A request with this key or token. */
  public static RequestSpecification as(String token) {
    return given().header("Authorization", "Bearer " + token);
  }
}
