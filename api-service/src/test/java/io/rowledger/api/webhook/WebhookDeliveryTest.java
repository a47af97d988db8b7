package io.rowledger.api.webhook;

import static io.rowledger.api.webhook.Receiver.hangUp;
import static io.rowledger.api.webhook.Receiver.redirect;
import static io.rowledger.api.webhook.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the transaction of an event to a real HTTP server. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
@TestProfile(DeliveryProfile.class)
class WebhookDeliveryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject Events events;
  @Inject WebhookDispatcher dispatcher;
  @Inject DeliveryRepository deliveries;
  @Inject Database database;

  private final Receiver receiver = new Receiver();
  private Tenant tenant;
  private String key;

  @BeforeEach
  void createTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @AfterEach
  void closeReceiver() {
    receiver.close();
  }

  @Test
  void aReceiverThatFailsFiveTimesAcceptsTheEventOnce() throws Exception {
    // Given
    receiver.then(status(500), hangUp(), status(429), redirect("http://127.0.0.1:1/"), status(400));
    Hook hook = hook(receiver.url());
    String job = tenant.transactionJob();

    // When
    String eventId = events.happened(JobEventType.QUEUED, tenant, job);

    // Then: six tries with one id and one body, each rightly signed
    JsonNode delivery = ended(hook, eventId);
    assertThat(delivery.get("state").asText()).isEqualTo("delivered");
    assertThat(delivery.get("attempts").asInt()).isEqualTo(6);
    assertThat(delivery.get("lastStatus").asInt()).isEqualTo(204);
    assertThat(delivery.get("lastError").isNull()).isTrue();
    assertThat(delivery.get("responseMillis").asInt()).isNotNegative();
    assertThat(receiver.received).hasSize(6);
    for (Receiver.Received request : receiver.received) {
      assertThat(request.id()).isEqualTo(eventId);
      assertThat(request.body()).isEqualTo(receiver.received.get(0).body());
      new Webhook(hook.secret()).verify(request.body(), request.headers());
    }
    // And no more of it, though another event goes through after it
    String test = Tenant.as(key).post(hook.path("/test")).path("delivery.id");
    assertThat(ended(hook, test).get("state").asText()).isEqualTo("delivered");
    assertThat(receiver.received).filteredOn(request -> request.id().equals(eventId)).hasSize(6);
  }

  @Test
  void theBodyIsTheEventOfTheTopic() throws Exception {
    Hook hook = hook(receiver.url());
    String job = tenant.transactionJob();

    String eventId = events.happened(JobEventType.STARTED, tenant, job);

    ended(hook, eventId);
    Receiver.Received request = receiver.received.get(0);
    assertThat(request.header("content-type")).isEqualTo("application/json");
    assertThat(request.target()).isEqualTo("/hook?who=me");
    JsonNode body = JSON.readTree(request.body());
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactly("type", "timestamp", "sequence", "data");
    assertThat(body.get("type").asText()).isEqualTo("io.rowledger.job.started.v1");
    assertThat(body.get("timestamp").asText()).matches("\\d{4}-.*T.*\\.\\d{3}Z");
    assertThat(body.get("sequence").asText()).matches("\\d{19}");
    assertThat(body.at("/data/jobId").asText()).isEqualTo(job);
    assertThat(body.at("/data/totalItems").asInt()).isEqualTo(1);
  }

  @Test
  void aChangedBodyOrAnotherSecretDoesNotVerify() throws Exception {
    Hook hook = hook(receiver.url());
    Hook other = hook(receiver.url());
    String eventId = events.happened(JobEventType.QUEUED, tenant, tenant.transactionJob());
    ended(hook, eventId);
    ended(other, eventId);

    assertThat(receiver.received).hasSize(2);
    for (Receiver.Received request : receiver.received) {
      assertThatThrownBy(
              () -> new Webhook(hook.secret()).verify(request.body() + " ", request.headers()))
          .isInstanceOf(WebhookVerificationException.class);
    }
    assertThat(receiver.received)
        .filteredOn(request -> verifies(hook.secret(), request))
        .hasSize(1);
  }

  @Test
  void anEventThatWasNotCommittedIsNotDelivered() {
    Hook hook = hook(receiver.url());
    String job = tenant.transactionJob();

    events.nearlyHappened(JobEventType.QUEUED, tenant, job);
    String committed = events.happened(JobEventType.STARTED, tenant, job);

    ended(hook, committed);
    assertThat(receiver.received).extracting(Receiver.Received::id).containsExactly(committed);
  }

  @Test
  void anEventWaitsForTheFirstTryOfTheOneBeforeItInItsJob() {
    // Given: the first is being tried
    CountDownLatch answered = new CountDownLatch(1);
    receiver.then(
        exchange -> {
          awaitQuietly(answered);
          status(500).to(exchange);
        });
    Hook hook = hook(receiver.url());
    String job = tenant.transactionJob();
    String first = events.happened(JobEventType.QUEUED, tenant, job);
    await().atMost(PATIENCE).until(() -> receiver.received.size() == 1);

    // When: others are committed, and one of another job after them
    String second = events.happened(JobEventType.STARTED, tenant, job);
    String third = events.happened(JobEventType.PROGRESS, tenant, job);
    String other = events.happened(JobEventType.QUEUED, tenant, tenant.transactionJob());

    // Then: that one passes, they do not
    ended(hook, other);
    assertThat(receiver.received).extracting(Receiver.Received::id).containsExactly(first, other);

    // And when the first has failed, it does not hold them up
    answered.countDown();
    ended(hook, third);
    ended(hook, first);
    assertThat(receiver.received)
        .extracting(Receiver.Received::id)
        .hasSize(5)
        .containsSubsequence(first, other, second, third)
        .filteredOn(first::equals)
        .hasSize(2);
  }

  @Test
  void anEndpointGetsItsOrganisationsEventsOfItsTypesWhileItIsEnabled() {
    // Given
    String types = "[\"io.rowledger.job.started.v1\"]";
    Hook some = hook("{\"url\":\"%s\",\"eventTypes\":%s}".formatted(receiver.url(), types), key);
    Tenant stranger = Tenant.create();
    Receiver strangers = new Receiver();
    hook("{\"url\":\"%s\"}".formatted(strangers.url()), stranger.fullKey());
    String job = tenant.transactionJob();

    // When
    events.happened(JobEventType.QUEUED, tenant, job);
    String wanted = events.happened(JobEventType.STARTED, tenant, job);
    ended(some, wanted);
    patch(some, "{\"enabled\": false}");
    events.happened(JobEventType.STARTED, tenant, job);
    patch(some, "{\"enabled\": true}");
    String last = events.happened(JobEventType.STARTED, tenant, job);

    // Then
    ended(some, last);
    assertThat(receiver.received).extracting(Receiver.Received::id).containsExactly(wanted, last);
    assertThat(strangers.received).isEmpty();
    strangers.close();
  }

  @Test
  void afterARotationBothSecretsSignUntilTheOverlapEnds() {
    // Given
    Hook hook = hook(receiver.url());
    Response rotated = Tenant.as(key).post(hook.path("/rotate-secret"));
    rotated.then().statusCode(200);
    String fresh = rotated.path("secret");
    assertThat(fresh).startsWith("whsec_").isNotEqualTo(hook.secret());
    assertThat(rotated.<String>path("webhook.previousSecretUntil")).isNotNull();

    // When, Then: both
    ended(hook, Tenant.as(key).post(hook.path("/test")).path("delivery.id"));
    Receiver.Received both = receiver.received.get(0);
    assertThat(both.header("webhook-signature").split(" ")).hasSize(2);
    assertThat(verifies(hook.secret(), both)).isTrue();
    assertThat(verifies(fresh, both)).isTrue();

    // When, Then: the overlap is over
    events.update(
        "UPDATE webhook SET previous_until = clock_timestamp() WHERE id = ?::uuid", hook.id());
    ended(hook, Tenant.as(key).post(hook.path("/test")).path("delivery.id"));
    Receiver.Received one = receiver.received.get(1);
    assertThat(one.header("webhook-signature").split(" ")).hasSize(1);
    assertThat(verifies(hook.secret(), one)).isFalse();
    assertThat(verifies(fresh, one)).isTrue();
  }

  @Test
  void aSecretOfAnotherMasterKeyIsReplacedByARotation() {
    // Given: as if the master key had been replaced
    Hook hook = hook(receiver.url());
    events.update("UPDATE webhook SET sealed_secret = '\\x00' WHERE id = ?::uuid", hook.id());
    String test = Tenant.as(key).post(hook.path("/test")).path("delivery.id");
    assertThat(ended(hook, test).get("lastError").asText()).isEqualTo("SECRET_UNREADABLE");
    assertThat(receiver.received).isEmpty();

    // When
    String fresh = Tenant.as(key).post(hook.path("/rotate-secret")).path("secret");

    // Then
    ended(hook, Tenant.as(key).post(hook.path("/test")).path("delivery.id"));
    assertThat(receiver.received).hasSize(1).allMatch(request -> verifies(fresh, request));
  }

  @Test
  void anEndpointThatSaysItIsGoneIsDisabled() {
    receiver.then(status(410));
    Hook hook = hook(receiver.url());

    String eventId = events.happened(JobEventType.QUEUED, tenant, tenant.transactionJob());

    JsonNode delivery = ended(hook, eventId);
    assertThat(delivery.get("state").asText()).isEqualTo("failed");
    assertThat(delivery.get("attempts").asInt()).isEqualTo(1);
    assertThat(delivery.get("lastError").asText()).isEqualTo("GONE");
    Tenant.as(key)
        .get(hook.path(""))
        .then()
        .body("webhook.enabled", equalTo(false))
        .body("webhook.disabledReason", equalTo("GONE"));
    Tenant.as(key).post(hook.path("/test")).then().statusCode(409);
    Tenant.as(key).post(hook.path("/deliveries/" + eventId + "/redeliver")).then().statusCode(409);
  }

  @Test
  void aRedirectIntoTheMachineIsNotFollowed() {
    try (Receiver inside = new Receiver()) {
      receiver.always(redirect(inside.url()));
      Hook hook = hook(receiver.url());

      String eventId = events.happened(JobEventType.QUEUED, tenant, tenant.transactionJob());

      JsonNode delivery = ended(hook, eventId);
      assertThat(delivery.get("state").asText()).isEqualTo("failed");
      assertThat(delivery.get("lastError").asText()).isEqualTo("REDIRECT");
      assertThat(delivery.get("lastStatus").asInt()).isEqualTo(303);
      assertThat(inside.received).isEmpty();
    }
  }

  @Test
  void whatCouldNotBeDeliveredFailsInTheEndAndCanBeDeliveredAgain() {
    // Given
    receiver.always(status(503));
    Hook hook = hook(receiver.url());
    String eventId = events.happened(JobEventType.QUEUED, tenant, tenant.transactionJob());
    JsonNode failed = ended(hook, eventId);
    assertThat(failed.get("state").asText()).isEqualTo("failed");
    assertThat(failed.get("attempts").asInt()).isEqualTo(DeliveryProfile.MOST_TRIES);
    assertThat(failed.get("lastError").asText()).isEqualTo("HTTP_STATUS");
    assertThat(failed.get("nextAttemptAt").isNull()).isTrue();
    receiver.always(status(200));

    // When
    Tenant.as(key)
        .post(hook.path("/deliveries/" + eventId + "/redeliver"))
        .then()
        .statusCode(202)
        .body("delivery.state", equalTo("pending"))
        .body("delivery.attempts", equalTo(0));

    // Then
    JsonNode again = ended(hook, eventId);
    assertThat(again.get("state").asText()).isEqualTo("delivered");
    assertThat(receiver.received)
        .hasSize(DeliveryProfile.MOST_TRIES + 1)
        .allSatisfy(request -> assertThat(request.id()).isEqualTo(eventId));
  }

  @Test
  void aSlowEndpointHoldsUpNobodyElse() {
    // Given: one that keeps all the tries it may have at once
    CountDownLatch done = new CountDownLatch(1);
    try (Receiver slow = new Receiver()) {
      slow.always(exchange -> awaitQuietly(done));
      Hook stuck = hook(slow.url());
      for (int i = 0; i < 20; i++) {
        Tenant.as(key).post(stuck.path("/test")).then().statusCode(202);
      }
      await().atMost(PATIENCE).until(() -> slow.received.size() == 4);

      // When
      Hook quick = hook(receiver.url());
      String test = Tenant.as(key).post(quick.path("/test")).path("delivery.id");

      // Then
      assertThat(ended(quick, test).get("state").asText()).isEqualTo("delivered");
      assertThat(slow.received).hasSize(4);
      Tenant.as(key).delete(stuck.path("")).then().statusCode(200);
    } finally {
      done.countDown();
    }
  }

  /** As after a process that died in the middle of a try: the lease has run out. */
  @Test
  void aTryThatWasLostWithItsProcessIsMadeAgain() {
    Hook hook = hook(receiver.url());
    UUID eventId = UUID.randomUUID();
    events.update(
        """
        INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, event_type, data, attempts, lease_until)
        VALUES (?::uuid, ?, ?::uuid, 'io.rowledger.webhook.test.v1', '{}', 1, clock_timestamp() + interval '300 ms')
        """,
        hook.id(),
        eventId,
        tenant.id());

    JsonNode delivery = ended(hook, eventId.toString());

    assertThat(delivery.get("attempts").asInt()).isEqualTo(2);
    assertThat(receiver.received).hasSize(1);
  }

  /** As of a process that was frozen after its try, and wakes up when others are done with it. */
  @Test
  void whoIsLateChangesNothingOfADeliveryThatHasEnded() {
    // Given
    Hook hook = hook(receiver.url());
    String eventId = Tenant.as(key).post(hook.path("/test")).path("delivery.id");
    assertThat(ended(hook, eventId).get("state").asText()).isEqualTo("delivered");
    ClaimedDelivery sameTry =
        new ClaimedDelivery(
            UUID.fromString(hook.id()),
            UUID.fromString(eventId),
            1,
            null,
            "io.rowledger.webhook.test.v1",
            "{}",
            Instant.EPOCH,
            null);

    // When
    database.runAcrossOrganizations(
        tx -> deliveries.record(tx, sameTry, Attempt.answered(500, 1), Duration.ofHours(1)));

    // Then
    String after =
        events.text(
            "SELECT concat_ws(' ', state, attempts, last_status) FROM webhook_delivery WHERE"
                + " event_id = ?::uuid",
            eventId);
    assertThat(after).isEqualTo("delivered 1 204");
  }

  @Test
  void theLogForgetsWhatIsOld() {
    Hook hook = hook(receiver.url());
    String old = Tenant.as(key).post(hook.path("/test")).path("delivery.id");
    String young = Tenant.as(key).post(hook.path("/test")).path("delivery.id");
    ended(hook, old);
    ended(hook, young);
    events.update(
        "UPDATE webhook_delivery SET occurred_at = occurred_at - interval '31 days' WHERE event_id"
            + " = ?::uuid",
        old);

    dispatcher.purge();

    assertThat(Tenant.as(key).get(hook.path("/deliveries")).<List<String>>path("deliveries.id"))
        .containsExactly(young);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Hook(String id, String secret) {
    String path(String rest) {
      return "/batch-import/webhooks/" + id + rest;
    }
  }

  private Hook hook(String url) {
    return hook("{\"url\":\"%s\"}".formatted(url), key);
  }

  private static Hook hook(String body, String key) {
    Response made =
        Tenant.as(key).contentType(ContentType.JSON).body(body).post("/batch-import/webhooks");
    made.then().statusCode(201);
    return new Hook(made.path("webhook.id"), made.path("secret"));
  }

  private void patch(Hook hook, String body) {
    Tenant.as(key)
        .contentType(ContentType.JSON)
        .body(body)
        .patch(hook.path(""))
        .then()
        .statusCode(200);
  }

  /** The delivery as the log shows it once it has ended. */
  private JsonNode ended(Hook hook, String eventId) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> delivery(hook, eventId),
            found -> !List.of("pending", "").contains(found.path("state").asText()));
  }

  private JsonNode delivery(Hook hook, String eventId) throws Exception {
    String log = Tenant.as(key).get(hook.path("/deliveries")).asString();
    for (JsonNode found : JSON.readTree(log).get("deliveries")) {
      if (found.get("id").asText().equals(eventId)) {
        return found;
      }
    }
    return JSON.createObjectNode();
  }

  private static boolean verifies(String secret, Receiver.Received request) {
    try {
      new Webhook(secret).verify(request.body(), request.headers());
      return true;
    } catch (WebhookVerificationException e) {
      return false;
    }
  }
}
