package io.rowledger.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import io.rowledger.core.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a transaction to the topic: not before its commit, not lost, in order. */
class OutboxTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final int LARGEST_RECORD = 20_000;

  private final Outbox outbox = new Outbox();
  private final List<OutboxRelay> relays = new ArrayList<>();
  private OrgId organization = new OrgId(UUID.randomUUID());
  private String topic = "";

  @BeforeEach
  void createTopic() throws Exception {
    DATABASE.clear();
    organization = DATABASE.organization();
    topic = "events-" + UUID.randomUUID();
    try (Admin admin = Admin.create(TestKafka.settings())) {
      NewTopic small =
          new NewTopic(topic, 1, (short) 1)
              .configs(Map.of("max.message.bytes", Integer.toString(LARGEST_RECORD)));
      admin.createTopics(List.of(small)).all().get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    TestKafka.broker().resume();
    for (OutboxRelay relay : relays) {
      relay.stop(new ShutdownEvent());
    }
  }

  @Test
  void anEventIsThereOnlyWhenItsTransactionCommits() {
    JobView job = job();
    assertThatThrownBy(
            () ->
                DATABASE
                    .database()
                    .run(
                        tx -> {
                          outbox.add(tx, JobEventType.QUEUED, job);
                          throw new IllegalStateException("undo");
                        }))
        .hasMessage("undo");
    assertThat(relay(DATABASE.database()).relay()).isZero();

    add(JobEventType.STARTED, job);

    assertThat(relay(DATABASE.database()).relay()).isEqualTo(1);
    assertThat(received(1)).extracting(OutboxTest::type).containsExactly("started");
    assertThat(waiting()).isZero();
  }

  @Test
  void anEventIsACloudEventInBinaryMode() {
    JobView job = job();
    add(JobEventType.COMPLETED, job);
    Outbox.Pending pending =
        DATABASE.database().transaction(tx -> outbox.oldest(tx, 1, Set.of())).get(0);

    relay(DATABASE.database()).relay();

    ConsumerRecord<String, String> record = received(1).get(0);
    assertThat(record.key()).isEqualTo(job.id().toString());
    assertThat(headers(record))
        .containsOnly(
            Map.entry("ce_specversion", "1.0"),
            Map.entry("ce_id", pending.eventId().toString()),
            Map.entry("ce_source", "/test"),
            Map.entry("ce_type", "io.rowledger.job.completed.v1"),
            Map.entry("ce_subject", job.id().toString()),
            Map.entry("ce_time", pending.occurredAt().toString()),
            Map.entry("ce_sequence", "%019d".formatted(pending.id())),
            Map.entry("ce_organizationid", organization.value().toString()),
            Map.entry("ce_jobkind", "transaction_batch"),
            Map.entry("ce_dryrun", "false"),
            Map.entry("content-type", "application/json"));
    assertThat(record.value())
        .contains("\"jobId\":\"" + job.id() + "\"")
        .contains("\"fileName\":\"a.csv\"")
        .doesNotContain("secret");
  }

  @Test
  void anEventOfADryRunSaysSo() {
    JobId id = DATABASE.job(organization, 1);
    DATABASE.execute("UPDATE import_job SET dry_run = true WHERE id = '" + id + "'");
    add(JobEventType.COMPLETED, DATABASE.view(organization, id));

    relay(DATABASE.database()).relay();

    ConsumerRecord<String, String> record = received(1).get(0);
    assertThat(headers(record)).containsEntry("ce_dryrun", "true");
    assertThat(record.value()).contains("\"dryRun\":true");
  }

  @Test
  void eventsOfAJobKeepTheirOrderAcrossBatches() {
    JobView one = job();
    JobView two = job();
    for (int i = 0; i < 150; i++) {
      add(JobEventType.PROGRESS, one);
      add(JobEventType.PROGRESS, two);
    }
    OutboxRelay relay = relay(DATABASE.database());

    int all = relay.relay();
    assertThat(all).as("a look is bounded").isBetween(1, 200);
    for (int more = relay.relay(); more > 0; more = relay.relay()) {
      all += more;
    }
    assertThat(all).isEqualTo(300);

    List<ConsumerRecord<String, String>> records = received(300);
    for (JobView job : List.of(one, two)) {
      List<String> sequence =
          records.stream()
              .filter(record -> record.key().equals(job.id().toString()))
              .map(record -> headers(record).get("ce_sequence"))
              .toList();
      assertThat(sequence).hasSize(150).isSorted().doesNotHaveDuplicates();
    }
  }

  /** The process dies after the broker has the event and before the row is gone. */
  @Test
  void anEventThatIsSentTwiceKeepsItsId() {
    add(JobEventType.STARTED, job());
    OutboxRelay dies = relay(new DiesBeforeCommit());
    assertThatThrownBy(dies::relay).hasMessage("killed");
    assertThat(waiting()).isEqualTo(1);

    assertThat(relay(DATABASE.database()).relay()).isEqualTo(1);

    assertThat(received(2))
        .extracting(record -> headers(record).get("ce_id"))
        .hasSize(2)
        .containsOnly(headers(received(2).get(0)).get("ce_id"));
  }

  @Test
  void withoutABrokerEventsWaitAndTheRelayDoesNotWaitForEachOfThem() {
    JobView job = job();
    for (int i = 0; i < 5; i++) {
      add(JobEventType.PROGRESS, job);
    }
    OutboxRelay relay = relay(DATABASE.database(), Duration.ofSeconds(2));
    TestKafka.broker().stop();

    long start = System.nanoTime();
    assertThatThrownBy(relay::relay).isInstanceOf(IllegalStateException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    assertThat(waiting()).isEqualTo(5);

    TestKafka.broker().resume();
    assertThat(relay.relay()).isEqualTo(5);
    assertThat(waiting()).isZero();
    assertThat(received(5)).hasSize(5);
  }

  @Test
  void anEventThatTheBrokerRefusesIsPutAsideAndBlocksNobody() {
    JobView job = job();
    add(JobEventType.QUEUED, job);
    add(JobEventType.STARTED, job);
    add(JobEventType.COMPLETED, job);
    DATABASE.execute(
        "UPDATE outbox SET data = repeat('x', 30000) WHERE event_type LIKE '%started%'");

    assertThat(relay(DATABASE.database()).relay()).isEqualTo(3);

    assertThat(received(2)).extracting(OutboxTest::type).containsExactly("queued", "completed");
    assertThat(waiting()).isZero();
    assertThat(text("SELECT event_type || ' ' || reason FROM outbox_dead_letter"))
        .contains("started")
        .contains("RecordTooLarge");
  }

  @Test
  void onlyOneRelayIsActiveAtATime() {
    add(JobEventType.STARTED, job());
    OutboxRelay other = relay(DATABASE.database());
    try (Session session = DATABASE.openSession()) {
      session.transaction(
          tx -> {
            assertThat(outbox.lockForRelay(tx)).isTrue();
            assertThat(other.relay()).isZero();
            return true;
          });
    }
    assertThat(other.relay()).isEqualTo(1);
    assertThat(received(1)).hasSize(1);
  }

  @Test
  void twoRunningRelaysSendEveryEventOnceAndWakeAtOnce() {
    OutboxRelay one = relay(DATABASE.database());
    OutboxRelay two = relay(DATABASE.database());
    one.start(new StartupEvent());
    two.start(new StartupEvent());
    JobView job = job();
    for (int i = 0; i < 60; i++) {
      add(JobEventType.PROGRESS, job);
      one.wake();
      two.wake();
    }

    List<ConsumerRecord<String, String>> all = received(60);

    assertThat(all)
        .extracting(record -> headers(record).get("ce_sequence"))
        .hasSize(60)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void everyEndHasAnEventAndNothingElseHas() {
    assertThat(JobEventType.ofEnd(JobStatus.CANCELLED)).isEqualTo(JobEventType.CANCELLED);
    assertThatThrownBy(() -> JobEventType.ofEnd(JobStatus.RUNNING))
        .isInstanceOf(IllegalArgumentException.class);
    // In Turkish, I is not the capital of i.
    assertThat(JobEventType.INTERRUPTED.wireName()).isEqualTo("io.rowledger.job.interrupted.v1");
  }

  /** Rolls back what was done, as PostgreSQL does when a process is killed. */
  private static final class DiesBeforeCommit extends Database {
    DiesBeforeCommit() {
      super(DATABASE.dataSource());
    }

    @Override
    public void runAcrossOrganizations(Consumer<Tx> work) {
      super.runAcrossOrganizations(
          tx -> {
            work.accept(tx);
            throw new IllegalStateException("killed");
          });
    }
  }

  private JobView job() {
    JobId id = DATABASE.job(organization, 1);
    return DATABASE.view(organization, id);
  }

  private void add(JobEventType type, JobView job) {
    DATABASE.database().run(tx -> outbox.add(tx, type, job));
  }

  private static long waiting() {
    return Long.parseLong(text("SELECT count(*)::text FROM outbox"));
  }

  private static String text(String sql) {
    return DATABASE
        .database()
        .transaction(tx -> tx.queryOne(sql, row -> row.getString(1)))
        .orElseThrow();
  }

  private static String type(ConsumerRecord<String, String> record) {
    String[] words = headers(record).getOrDefault("ce_type", "").split("\\.", -1);
    return words[words.length - 2];
  }

  private static Map<String, String> headers(ConsumerRecord<String, String> record) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }

  /** All of the topic, as soon as it has so many, and what else comes in a moment after them. */
  private List<ConsumerRecord<String, String>> received(int count) {
    List<ConsumerRecord<String, String>> all = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.copyOf(TestKafka.settings()), new StringDeserializer(), new StringDeserializer())) {
      TopicPartition only = new TopicPartition(topic, 0);
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (all.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
      consumer.poll(Duration.ofMillis(200)).forEach(all::add);
    }
    return all;
  }

  private OutboxRelay relay(Database database) {
    return relay(database, Duration.ofMinutes(1));
  }

  private OutboxRelay relay(Database database, Duration sendTimeout) {
    EventsConfig config = TestEventsConfig.of(topic, sendTimeout);
    OutboxRelay relay =
        new OutboxRelay(
            database,
            new Schema(database),
            outbox,
            config,
            TestKafka.settings(),
            new SimpleMeterRegistry(),
            TracerProvider.noop().get("test"));
    relays.add(relay);
    return relay;
  }
}
