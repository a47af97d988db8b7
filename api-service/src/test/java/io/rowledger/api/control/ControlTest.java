package io.rowledger.api.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.rowledger.api.security.Permission;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.RowledgerStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ControlTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUNNING =
      """
      status = 'running', phase = 'processing', started_at = clock_timestamp(), lease_owner = 'w',
      lease_expires_at = clock_timestamp() + interval '1 minute', heartbeat_at = clock_timestamp(), fence = 5
      """;

  final Database database = Everything.database();
  private Tenant tenant;
  private String key;
  private String jobId;

  @BeforeEach
  void aJob() {
    tenant = Tenant.create();
    key = tenant.key(Permission.TRANSACTIONS_CREATE);
    jobId = tenant.transactionJob();
  }

  @Test
  void aQueuedJobIsPausedAndResumedAndCancelled() {
    JsonNode paused = ok("pause");
    assertThat(paused.at("/status").textValue()).isEqualTo("queued");
    assertThat(paused.at("/phase").textValue()).isEqualTo("paused");
    assertThat(paused.at("/waitReason").textValue()).isEqualTo("paused");
    assertThat(paused.at("/metadata/batchPauseRequested").booleanValue()).isTrue();

    JsonNode resumed = ok("resume");
    assertThat(resumed.at("/status").textValue()).isEqualTo("queued");
    assertThat(resumed.at("/phase").textValue()).isEqualTo("queued");
    assertThat(resumed.at("/metadata").has("batchPauseRequested")).isFalse();

    JsonNode cancelled = ok("cancel");
    assertThat(cancelled.at("/status").textValue()).isEqualTo("cancelled");
    assertThat(cancelled.at("/phase").textValue()).isEqualTo("done");
    assertThat(cancelled.at("/cancelledBy").textValue()).isEqualTo("a key");
    assertThat(cancelled.at("/completedAt").isNull()).isFalse();
    assertThat(cancelled.at("/unprocessed").intValue()).isEqualTo(1);
  }

  @Test
  void eachChangeIsToldAndAResumeWakesTheWorkers() {
    for (String action : List.of("pause", "pause", "resume", "resume", "cancel", "cancel")) {
      ok(action);
    }

    assertThat(records(EmbeddedKafkaBroker.JOB_EVENTS, 3))
        .extracting(record -> new String(record.headers().lastHeader("ce_type").value(), UTF_8))
        .containsExactly(
            "io.rowledger.job.paused.v1",
            "io.rowledger.job.resumed.v1",
            "io.rowledger.job.cancelled.v1");
    assertThat(records(EmbeddedKafkaBroker.TICKETS, 1)).isNotEmpty();
  }

  @Test
  void aJobInWorkIsPausedWithoutItsWorker() {
    set("total_items = 10, succeeded = 4, " + RUNNING);

    JsonNode paused = ok("pause");

    assertThat(paused.at("/status").textValue()).isEqualTo("running");
    assertThat(paused.at("/phase").textValue()).isEqualTo("paused");
    assertThat(paused.at("/succeeded").intValue()).isEqualTo(4);
    assertThat(paused.at("/leaseExpiresAt").isNull()).isTrue();
    assertThat(number("SELECT fence FROM import_job WHERE id = ?::uuid")).isEqualTo(6);
    assertThat(ok("resume").at("/phase").textValue()).isEqualTo("waiting");
  }

  @Test
  void theAnswerIsTheBodyOfTheJobRoute() {
    Response answer = post(key, jobId, Map.of("action", "pause"));
    Response job = Tenant.as(key).get("/batch-import/jobs/" + jobId);

    assertThat(read(answer)).isEqualTo(read(job));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "cancel"})
  void askingTwiceIsAskingOnce(String action) {
    Response first = post(key, jobId, Map.of("action", action));
    Response second = post(key, jobId, Map.of("action", action));

    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(read(second)).isEqualTo(read(first));
  }

  @Test
  void resumeOfAJobThatIsNotPausedChangesNothing() {
    set(RUNNING);

    assertThat(ok("resume").at("/phase").textValue()).isEqualTo("processing");
    assertThat(number("SELECT fence FROM import_job WHERE id = ?::uuid")).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "completed,cancel",
    "completed,pause",
    "completed,resume",
    "failed,cancel",
    "failed,resume",
    "interrupted,cancel",
    "interrupted,pause",
    "cancelled,pause",
    "cancelled,resume"
  })
  void whatHasEndedOtherwiseIsAConflict(String status, String action) {
    set(
        """
        status = '%s', phase = 'done', completed_at = clock_timestamp(), stopped_early = true,
        failure_code = CASE WHEN '%s' = 'failed' THEN 'ROLLED_BACK' END
        """
            .formatted(status, status));

    Response answer = post(key, jobId, Map.of("action", action));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.<String>path("error.code")).isEqualTo("INVALID_TRANSITION");
    assertThat(answer.<String>path("detail")).contains(status);
  }

  @Test
  void thePermissionIsThatOfTheJobsKind() {
    String others =
        tenant.key(
            Permission.ENTITIES_BULK_IMPORT, Permission.EVENTS_CREATE, Permission.ENTITIES_CREATE);

    Response answer = post(others, jobId, Map.of("action", "cancel"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.<String>path("detail")).contains(Permission.TRANSACTIONS_CREATE);
    assertThat(post(others, tenant.entityJob(), Map.of("action", "cancel")).statusCode())
        .isEqualTo(200);
    assertThat(post(others, tenant.userEventJob(), Map.of("action", "cancel")).statusCode())
        .isEqualTo(200);
    assertThat(number("SELECT count(*) FROM import_job WHERE status = 'queued' AND id = ?::uuid"))
        .isEqualTo(1);
  }

  @Test
  void theJobsOfOthersCannotBeToldFromThoseThatAreNotThere() {
    String foreign = Tenant.create().transactionJob();

    for (String id : List.of(foreign, UUID.randomUUID().toString(), "nonsense")) {
      Response answer = post(key, id, Map.of("action", "cancel"));
      assertThat(answer.statusCode()).as(id).isEqualTo(404);
      assertThat(answer.<String>path("error.code")).isEqualTo("JOB_NOT_FOUND");
      assertThat(answer.<String>path("detail")).doesNotContain(id);
    }
  }

  @Test
  void theKindMustMatchWhenItIsGiven() {
    Response wrong = post(key, jobId, Map.of("action", "pause", "kind", "entity_automatic"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.<List<String>>path("error.details.field")).containsExactly("kind");

    Response right = post(key, jobId, Map.of("action", "pause", "kind", "transaction_batch"));
    assertThat(right.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "pause",
        "{\"action\": null}",
        "{\"action\": \"explode\"}",
        "{\"action\": \"PAUSE\"}",
        "{\"action\": [\"pause\"]}",
        "{\"action\": \"pause\", \"kind\": \"nonsense\"}",
        "{\"action\": \"pause\", \"force\": true}"
      })
  void aBodyThatIsNoneIsRefused(String body) {
    Response answer = Tenant.as(key).contentType(ContentType.JSON).body(body).post(path(jobId));

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("VALIDATION_ERROR");
  }

  @Test
  void jobsThatWaitForACancelledJobFailAtOnce() {
    String second = tenant.transactionJob();
    String third = tenant.transactionJob();
    runAfter(second, jobId);
    runAfter(third, second);

    ok("cancel");

    for (String dependent : List.of(second, third)) {
      JsonNode job = read(Tenant.as(key).get("/batch-import/jobs/" + dependent)).get("job");
      assertThat(job.at("/status").textValue()).isEqualTo("failed");
      assertThat(job.at("/jobFailure/code").textValue()).isEqualTo("DEPENDENCY_FAILED");
    }
  }

  /** A frozen worker inside its transaction, which has not touched the job's row yet. */
  @ParameterizedTest
  @ValueSource(strings = {"pause", "cancel"})
  void theOpenTransactionOfTheWorkerIsEnded(String action) throws SQLException {
    try (Connection worker = worker();
        Statement statement = worker.createStatement()) {
      statement.execute(
          """
          INSERT INTO transactions (id, organization_id, job_id, file_number, row_number, external_id,
              type, amount, currency, status, transacted_at)
          VALUES (gen_random_uuid(), '%s', '%s', 1, 2, 'x', 'PAYMENT', 1, 'EUR', 'CREATED', now())
          """
              .formatted(tenant.id(), jobId));

      ok(action);

      assertThatThrownBy(worker::commit).isInstanceOf(SQLException.class);
    }
    assertThat(number("SELECT count(*) FROM transactions WHERE job_id = ?::uuid")).isZero();
  }

  /** A frozen worker between its guard and COMMIT: it has the row that control needs. */
  @Test
  void aWorkerThatKeepsTheJobsRowIsEnded() throws SQLException {
    try (Connection worker = worker();
        Statement statement = worker.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE import_job SET heartbeat_at = now(), attempt = 0 WHERE id = '%s'"
                      .formatted(jobId)))
          .isEqualTo(1);

      assertThat(ok("cancel").at("/status").textValue()).isEqualTo("cancelled");

      assertThatThrownBy(worker::commit).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aLockThatCannotBeBrokenIsA503ThatSaysWhenToComeBack() throws SQLException {
    try (Connection strange = RowledgerStack.postgres().connect(RowledgerStack.database());
        Statement statement = strange.createStatement()) {
      strange.setAutoCommit(false);
      statement.execute("LOCK TABLE import_job IN EXCLUSIVE MODE");

      Response answer = post(key, jobId, Map.of("action", "cancel"));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isNotNull();
      strange.rollback();
    }
    assertThat(ok("cancel").at("/status").textValue()).isEqualTo("cancelled");
  }

  /** What a topic says of the job, once it is so much. */
  private List<ConsumerRecord<String, byte[]>> records(String topic, int enough) {
    Map<String, Object> settings =
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, RowledgerStack.kafka().bootstrapServers());
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (ConsumerRecord<String, byte[]> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  if (new String(record.value(), UTF_8).contains(jobId)) {
                    found.add(record);
                  }
                }
                return found.size() >= enough;
              });
    }
    return found;
  }

  /** A connection that holds the job, with an open transaction. */
  private Connection worker() throws SQLException {
    set(RUNNING);
    Connection worker =
        DriverManager.getConnection(
            RowledgerStack.postgres().jdbcUrl(RowledgerStack.database()),
            DatabaseRoles.WORKER,
            DatabaseRoles.WORKER);
    try (Statement statement = worker.createStatement()) {
      statement.execute(
          """
          UPDATE import_job j SET lease_pids = ARRAY[a.pid], lease_starts = ARRAY[a.backend_start::text]
            FROM pg_stat_activity a WHERE a.pid = pg_backend_pid() AND j.id = '%s'
          """
              .formatted(jobId));
    }
    worker.setAutoCommit(false);
    return worker;
  }

  private JsonNode ok(String action) {
    Response answer = post(key, jobId, Map.of("action", action));
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    JsonNode body = read(answer);
    assertThat(body.get("success").booleanValue()).isTrue();
    return body.get("job");
  }

  private static Response post(String key, String jobId, Map<String, String> body) {
    return Tenant.as(key).contentType(ContentType.JSON).body(body).post(path(jobId));
  }

  private static String path(String jobId) {
    return "/batch-import/jobs/" + jobId + "/control";
  }

  private void set(String assignments) {
    database.run(
        tx -> tx.update("UPDATE import_job SET " + assignments + " WHERE id = ?::uuid", jobId));
  }

  private void runAfter(String dependent, String dependency) {
    database.run(
        tx ->
            tx.update(
                "UPDATE import_job SET after_job = ?::uuid WHERE id = ?::uuid",
                dependency,
                dependent));
  }

  private int number(String sql) {
    return database.transaction(tx -> tx.queryOne(sql, row -> row.getInt(1), jobId).orElseThrow());
  }

  private static JsonNode read(Response answer) {
    try {
      return JSON.readTree(answer.asString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
