package io.rowledger.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the settings as they come: https, and the public internet only. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class WebhookApiTest {

  private static final String PATH = "/batch-import/webhooks";
  private static final String PUBLIC = "https://93.184.216.34/hook";

  @Inject Events events;

  private Tenant tenant;
  private String key;

  @BeforeEach
  void createTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void aSecretIsShownOnceAndStoredSealed() {
    // When
    ValidatableResponse made =
        create("{\"url\": \"%s\"}".formatted(PUBLIC))
            .statusCode(201)
            .header("Cache-Control", equalTo("no-store"))
            .body("success", equalTo(true))
            .body("webhook.url", equalTo(PUBLIC))
            .body("webhook.eventTypes", hasSize(0))
            .body("webhook.enabled", equalTo(true))
            .body("webhook.disabledAt", nullValue())
            .body("webhook.createdBy", equalTo("a key"))
            .body("webhook.createdAt", notNullValue());
    String secret = made.extract().path("secret");
    String id = made.extract().path("webhook.id");

    // Then
    assertThat(secret).startsWith("whsec_");
    byte[] bytes = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    assertThat(bytes).hasSizeBetween(24, 64);
    String seen =
        Tenant.as(key).get(PATH).asString() + Tenant.as(key).get(PATH + "/" + id).asString();
    assertThat(seen).contains(id).doesNotContain("whsec_", secret.substring(6), "ecret\":\"");
    String stored =
        events.text("SELECT row_to_json(w)::text FROM webhook w WHERE id = ?::uuid", id);
    assertThat(stored)
        .doesNotContain(secret.substring(6))
        .doesNotContain(HexFormat.of().formatHex(bytes));
  }

  @Test
  void aWebhookCanBeChangedDisabledEnabledAndDeleted() {
    String id = create("{\"url\": \"%s\"}".formatted(PUBLIC)).extract().path("webhook.id");

    patch(
            id,
            "{\"url\": \"https://93.184.216.35/\", \"eventTypes\": [\"io.rowledger.job.failed.v1\"]}")
        .statusCode(200)
        .body("webhook.url", equalTo("https://93.184.216.35/"))
        .body("webhook.eventTypes", contains("io.rowledger.job.failed.v1"))
        .body("webhook.enabled", equalTo(true));
    patch(id, "{\"enabled\": false}")
        .statusCode(200)
        .body("webhook.url", equalTo("https://93.184.216.35/"))
        .body("webhook.enabled", equalTo(false))
        .body("webhook.disabledReason", equalTo("MANUAL"));
    Tenant.as(key).post(PATH + "/" + id + "/test").then().statusCode(409);
    patch(id, "{\"enabled\": true, \"eventTypes\": []}")
        .statusCode(200)
        .body("webhook.eventTypes", hasSize(0))
        .body("webhook.enabled", equalTo(true))
        .body("webhook.disabledReason", nullValue());
    Tenant.as(key).delete(PATH + "/" + id).then().statusCode(200).body("ok", equalTo(true));
    Tenant.as(key).get(PATH + "/" + id).then().statusCode(404);
    Tenant.as(key).delete(PATH + "/" + id).then().statusCode(404);
    Tenant.as(key).get(PATH).then().body("webhooks", hasSize(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://93.184.216.34/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.1.1/",
        "https://192.168.0.1:8443/",
        "https://224.0.0.1/",
        "https://user:word@93.184.216.34/",
        "file:///etc/passwd",
        "nonsense"
      })
  void anEndpointThatIsNotInThePublicInternetIsRefused(String url) {
    String id = create("{\"url\": \"%s\"}".formatted(PUBLIC)).extract().path("webhook.id");

    create("{\"url\": \"%s\"}".formatted(url))
        .statusCode(400)
        .body("error.code", equalTo("VALIDATION_ERROR"))
        .body("error.details.field", contains("url"))
        .body("error.details[0].message", containsString("must "));
    patch(id, "{\"url\": \"%s\"}".formatted(url))
        .statusCode(400)
        .body("error.details.field", contains("url"));
    Tenant.as(key).get(PATH).then().body("webhooks.url", contains(PUBLIC));
  }

  /** Registered while it was allowed, or meant another address then: checked again when used. */
  @Test
  void anEndpointIsCheckedAgainAtEachDelivery() {
    try (Receiver inside = new Receiver()) {
      String id = create("{\"url\": \"%s\"}".formatted(PUBLIC)).extract().path("webhook.id");
      events.update(
          "UPDATE webhook SET url = ? WHERE id = ?::uuid",
          "https://localhost:" + inside.port() + "/",
          id);

      events.happened(JobEventType.QUEUED, tenant, tenant.transactionJob());

      await()
          .untilAsserted(
              () ->
                  Tenant.as(key)
                      .get(PATH + "/" + id + "/deliveries")
                      .then()
                      .body("deliveries[0].lastError", equalTo("TARGET_REFUSED"))
                      .body("deliveries[0].state", equalTo("pending"))
                      .body("deliveries[0].nextAttemptAt", notNullValue()));
      assertThat(inside.received).isEmpty();
    }
  }

  @Test
  void everythingThatIsWrongIsTold() {
    create("{\"url\": \"x\", \"eventTypes\": [\"io.rowledger.job.failed.v1\", \"x\"]}")
        .statusCode(400)
        .body("error.details.field", contains("url", "eventTypes[1]"));
    create("{}").statusCode(400).body("error.details.field", contains("url"));
    create("{\"url\": \"%s\", \"secret\": \"x\"}".formatted(PUBLIC)).statusCode(400);
    create("").statusCode(400);
    Tenant.as(key).get(PATH).then().body("webhooks", hasSize(0));
  }

  @Test
  void anOrganisationHasAtMostTenAlsoWhenManyAreMadeAtOnce() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(4);
    List<Integer> statuses = new ArrayList<>();
    try {
      Callable<Integer> one =
          () -> create("{\"url\": \"%s\"}".formatted(PUBLIC)).extract().statusCode();
      for (Future<Integer> status : clients.invokeAll(Collections.nCopies(14, one))) {
        statuses.add(status.get());
      }
    } finally {
      clients.shutdownNow();
    }

    assertThat(statuses).containsOnly(201, 409);
    assertThat(Collections.frequency(statuses, 201)).isEqualTo(10);
    create("{\"url\": \"%s\"}".formatted(PUBLIC))
        .statusCode(409)
        .body("error.code", equalTo("CONFLICT"))
        .body("detail", containsString("10 webhooks"));
  }

  @Test
  void theLogIsReadInPagesNewestFirst() {
    // Given
    String id = create("{\"url\": \"%s\"}".formatted(PUBLIC)).extract().path("webhook.id");
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      UUID event = UuidV7.next();
      newestFirst.add(0, event.toString());
      events.update(
          """
          INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, event_type, data, state, completed_at)
          VALUES (?::uuid, ?, ?::uuid, 't', '{}', 'delivered', clock_timestamp())
          """,
          id,
          event,
          tenant.id());
    }

    // When
    List<String> read = new ArrayList<>();
    String token = "";
    for (int pages = 0; token != null && pages < 5; pages++) {
      ValidatableResponse page =
          Tenant.as(key)
              .get(PATH + "/" + id + "/deliveries?pageSize=2" + token)
              .then()
              .statusCode(200);
      read.addAll(page.extract().path("deliveries.id"));
      String next = page.extract().path("nextPageToken");
      token = next == null ? null : "&pageToken=" + next;
    }

    // Then
    assertThat(read).isEqualTo(newestFirst);
    Tenant.as(key)
        .get(PATH + "/" + id + "/deliveries?pageSize=0")
        .then()
        .statusCode(400)
        .body("error.details.field", contains("pageSize"));
  }

  @Test
  void aDeliveryOfAnotherOrganisationOrWebhookIsNotThere() {
    // Given
    String mine = create("{\"url\": \"%s\"}".formatted(PUBLIC)).extract().path("webhook.id");
    Tenant other = Tenant.create();
    String theirs = other.webhookId();
    UUID event = UuidV7.next();
    events.update(
        """
        INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, event_type, data, state, completed_at)
        VALUES (?::uuid, ?, ?::uuid, 't', '{}', 'delivered', clock_timestamp())
        """,
        theirs,
        event,
        other.id());

    // When, Then
    for (String hook : List.of(mine, theirs)) {
      Tenant.as(key)
          .post(PATH + "/" + hook + "/deliveries/" + event + "/redeliver")
          .then()
          .statusCode(404)
          .body("error.code", equalTo("NOT_FOUND"));
    }
    assertThat(
            events.text(
                "SELECT state FROM webhook_delivery WHERE event_id = ?::uuid", event.toString()))
        .isEqualTo("delivered");
    Tenant.as(key).get(PATH + "/" + theirs + "/deliveries").then().statusCode(404);
  }

  private ValidatableResponse create(String body) {
    return Tenant.as(key)
        .contentType(ContentType.JSON)
        .body(body.getBytes(StandardCharsets.UTF_8))
        .post(PATH)
        .then();
  }

  private ValidatableResponse patch(String id, String body) {
    return Tenant.as(key).contentType(ContentType.JSON).body(body).patch(PATH + "/" + id).then();
  }
}
