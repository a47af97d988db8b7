package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent again under its key is done once. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ReplayTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ALIAS = "/transactions/batch/upload";
  private static final String ENTITIES = "/batch-import/import/entities";
  private static final String BACKGROUND = "/transactions/batch/background";
  private static final String REPLAYED = "Idempotency-Replayed";
  private static final int CLIENTS = 20;

  private static final String CSV =
      "externalId,type,amount,currency\nt-1,PAYMENT,1.00,USD\nt-2,PAYMENT,2.00,USD\n";
  private static final String OTHER = CSV.replace("t-2", "t-3");
  private static final String JSON =
      "{\"transactions\": [{\"externalId\": \"t-1\", \"type\": \"PAYMENT\", \"amount\": 1,"
          + " \"currency\": \"USD\"}]}";

  @Inject Stored stored;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void theSameRequestHasTheSameAnswerAndOneJob() {
    // Given
    Response first = form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);

    // When sent again in other words, under another name of the file and of the key
    Response again =
        form()
            .idempotencyKey("\"k-1\"")
            .field("executeRules", "true")
            .file("tmp4711", CSV)
            .post(TRANSACTIONS, key);

    // Then
    assertThat(first.statusCode()).as(first.asString()).isEqualTo(202);
    assertThat(first.header(REPLAYED)).isNull();
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.header(REPLAYED)).isEqualTo("true");
    assertThat(again.asString()).isEqualTo(first.asString()).contains("\"t-2\"");
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Retry-After")).isEqualTo("2");
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  @Test
  void noCellIsStoredWithTheAnswer() {
    form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);

    assertThat(stored.answers(tenant)).hasSize(1);
    assertThat(stored.answers(tenant).get(0)).contains("t.csv").doesNotContain("t-1", "sampleRows");
  }

  @Test
  void routesThatAreTheSameShareTheirKeys() {
    Response first = form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);

    Response again = form().idempotencyKey("k-1").file("t.csv", CSV).post(ALIAS, key);

    assertThat(again.asString()).isEqualTo(first.asString());
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  @Test
  void otherRoutesAndOrganisationsHaveKeysOfTheirOwn() {
    // Given
    form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);
    Tenant other = Tenant.create();

    // When
    Response json = Form.json(BACKGROUND, key, JSON, "Idempotency-Key", "k-1");
    Response foreign =
        form().idempotencyKey("k-1").file("t.csv", OTHER).post(TRANSACTIONS, other.fullKey());

    // Then
    assertThat(json.statusCode()).as(json.asString()).isEqualTo(202);
    assertThat(foreign.statusCode()).as(foreign.asString()).isEqualTo(202);
    assertThat(stored.jobs(tenant)).isEqualTo(2);
    assertThat(stored.jobs(other)).isEqualTo(1);
  }

  @Test
  void otherContentOrParametersUnderTheKeyAreRefused() {
    // Given
    form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);

    for (Form changed :
        List.of(
            form().file("t.csv", OTHER),
            form().file("t.csv", CSV).file("2.csv", OTHER),
            form().file("t.csv", CSV).field("label", "x"),
            form().file("t.csv", CSV).field("skipDuplicates", "false"))) {
      // When
      Response answer = changed.idempotencyKey("k-1").post(TRANSACTIONS, key);

      // Then
      assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
      assertThat(answer.<String>path("error.code")).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }
    Response gap =
        form().idempotencyKey("k-1").file("t.csv", CSV).post(ALIAS + "?validateGap=true", key);
    assertThat(gap.statusCode()).isEqualTo(422);
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  @Test
  void whatWasRefusedIsNotRemembered() {
    Response refused =
        form().idempotencyKey("k-1").file("t.csv", "externalId\nx\n").post(TRANSACTIONS, key);
    Response mended = form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(mended.statusCode()).isEqualTo(202);
    assertThat(mended.header(REPLAYED)).isNull();
  }

  @Test
  void whatWasAcceptedIsAnsweredAgainWhenALimitWasReachedSince() {
    // Given
    Response first = form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);
    stored.update(
        "UPDATE organization SET max_open_jobs = 1, max_bytes = 1 WHERE id = ?::uuid", tenant.id());

    // When
    Response again = form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);

    // Then
    assertThat(again.statusCode()).as(again.asString()).isEqualTo(202);
    assertThat(again.asString()).isEqualTo(first.asString());
  }

  @Test
  void theAnswerStaysTheSameWhenTheJobGoesOn() {
    Response first = form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);
    stored.update(
        "UPDATE import_job SET status = 'running' WHERE organization_id = ?::uuid", tenant.id());

    Response again = form().idempotencyKey("k-1").file("t.csv", CSV).post(TRANSACTIONS, key);

    assertThat(again.asString()).isEqualTo(first.asString());
  }

  @ParameterizedTest
  @ValueSource(strings = {TRANSACTIONS, ENTITIES, BACKGROUND})
  void ofTwentyClientsAtOnceOneMakesTheJobAndAllHaveItsAnswer(String route) throws Exception {
    // Given
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Response>> clients = new ArrayList<>();
    // One place is left: whoever loses the race must not be told that it is taken.
    stored.update("UPDATE organization SET max_open_jobs = 1 WHERE id = ?::uuid", tenant.id());
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          threads.submit(
              () -> {
                start.await();
                return send(route);
              }));
    }

    // When
    start.countDown();
    threads.shutdown();
    assertThat(threads.awaitTermination(2, TimeUnit.MINUTES)).isTrue();

    // Then
    List<String> bodies = new ArrayList<>();
    int replayed = 0;
    for (Future<Response> client : clients) {
      Response answer = client.get();
      assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
      bodies.add(answer.asString());
      replayed += "true".equals(answer.header(REPLAYED)) ? 1 : 0;
    }
    assertThat(bodies).hasSize(CLIENTS).containsOnly(bodies.get(0));
    assertThat(replayed).isEqualTo(CLIENTS - 1);
    assertThat(stored.jobs(tenant)).isEqualTo(1);
  }

  private Response send(String route) {
    return switch (route) {
      case TRANSACTIONS ->
          form().idempotencyKey("k").file("t.csv", CSV.repeat(1)).post(TRANSACTIONS, key);
      case ENTITIES ->
          form()
              .idempotencyKey("k")
              .file("e.csv", "tax_id,type,suggested_name,country_code\n11144477735,person,Ana,BR\n")
              .post(ENTITIES, key);
      default -> Form.json(route, key, JSON, "Idempotency-Key", "k");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"open", "  ", "\"a\" b"})
  void aHeaderThatIsNoKeyIsRefused(String header) {
    Response answer = form().idempotencyKey(header).file("t.csv", CSV).post(TRANSACTIONS, key);

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.<String>path("error.details[0].field")).isEqualTo("Idempotency-Key");
    assertThat(stored.jobs(tenant)).isZero();
  }
}
