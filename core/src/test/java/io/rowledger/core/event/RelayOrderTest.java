package io.rowledger.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.rowledger.core.event.EventTopic.Seen;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import io.rowledger.core.testing.TestKafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of a job's events when Kafka takes some records and fails at others. */
class RelayOrderTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  /** Longer than any test: what fails here fails at once. */
  private static final Duration SEND_TIMEOUT = Duration.ofMinutes(2);

  private final Outbox outbox = new Outbox();
  private OrgId organization = new OrgId(UUID.randomUUID());
  private EventTopic topic = new EventTopic(TestKafka.broker(), "");

  @BeforeEach
  void createTopic() throws Exception {
    DATABASE.clear();
    organization = DATABASE.organization();
    Map<String, String> config = new HashMap<>(Saboteur.TOPIC);
    config.put("max.message.bytes", "20000");
    topic = EventTopic.create(TestKafka.broker(), 1, config);
    Saboteur.strike(id -> false);
  }

  @AfterEach
  void makePeace() {
    Saboteur.strike(id -> false);
  }

  @Test
  void whenAnEventFailsTheLaterOnesOfItsJobAreNotSent() {
    // Given an event that the broker refuses once, which says nothing of the event itself
    JobView one = job();
    JobView two = job();
    String first = add(JobEventType.QUEUED, one);
    String second = add(JobEventType.STARTED, one);
    String other = add(JobEventType.QUEUED, two);
    strikeOnce(first);
    OutboxRelay relay = relay(DATABASE.database());

    // When
    relay.relay();

    // Then: the other job's event passes, its own successor does not
    assertThat(topic.all()).extracting(Seen::id).containsExactly(other);
    relay.relay();
    assertThat(topic.all()).extracting(Seen::id).containsExactly(other, first, second);
    assertThat(waiting()).isZero();
  }

  @Test
  void noTwoEventsOfAJobAreOnTheirWayAtOnce() {
    JobView one = job();
    JobView two = job();
    for (int i = 0; i < 50; i++) {
      add(JobEventType.PROGRESS, one);
      add(JobEventType.PROGRESS, two);
    }

    OutboxRelay relay = relay(DATABASE.database());
    while (relay.relay() > 0) {
      // Until everything is sent.
    }

    assertThat(Saboteur.overtakers()).isEmpty();
    assertThat(topic.all()).extracting(Seen::sequence).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void anEventThatIsTooLargeIsPutAsideThoughTheNextOneFails() {
    // Given, in one look: taken, refused for what it is, failed
    JobView job = job();
    String small = add(JobEventType.QUEUED, job);
    add(JobEventType.STARTED, job);
    String last = add(JobEventType.COMPLETED, job);
    DATABASE.execute(
        "UPDATE outbox SET data = repeat('x', 30000) WHERE event_type LIKE '%started%'");
    strikeOnce(last);
    OutboxRelay relay = relay(DATABASE.database());

    // When
    relay.relay();

    // Then
    assertThat(buried()).isEqualTo(1);
    assertThat(waiting()).isEqualTo(1);
    relay.relay();
    assertThat(topic.all()).extracting(Seen::id).containsExactly(small, last);
    assertThat(buried()).isEqualTo(1);
  }

  @Test
  void jobsThatFailDoNotHoldUpTheOthers() {
    // Given two full looks of jobs that the broker does not take, and one behind them that it does
    Set<String> refused = new HashSet<>();
    DATABASE
        .database()
        .run(
            tx ->
                refused.addAll(
                    tx.query(
                        """
                        INSERT INTO outbox (event_id, job_id, organization_id, event_type, job_kind, data)
                        SELECT gen_random_uuid(), gen_random_uuid(), ?, 'io.rowledger.job.queued.v1', 'transaction_batch', '{}'
                          FROM generate_series(1, 400) RETURNING event_id
                        """,
                        row -> row.getString(1),
                        organization.value())));
    String last = add(JobEventType.QUEUED, job());
    Saboteur.strike(refused::contains);
    OutboxRelay relay = relay(DATABASE.database());

    // When
    assertThatThrownBy(relay::relay).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(relay::relay).isInstanceOf(IllegalStateException.class);
    relay.relay();

    // Then
    assertThat(topic.all()).extracting(Seen::id).containsExactly(last);
    Saboteur.strike(id -> false);
    while (relay.relay() > 0) {
      // Until everything is sent.
    }
    assertThat(topic.all()).extracting(Seen::id).hasSize(401).doesNotHaveDuplicates();
  }

  /** As when it was frozen for longer than PostgreSQL lets a transaction be idle. */
  @Test
  void aRelayThatLostItsTurnSendsNothingThatOvertakes() {
    // Given three events, and a relay that loses its session after the first was acknowledged
    JobView job = job();
    List<String> ids =
        List.of(
            add(JobEventType.QUEUED, job),
            add(JobEventType.STARTED, job),
            add(JobEventType.COMPLETED, job));
    Saboteur.strike(
        id -> {
          if (id.equals(ids.get(0))) {
            DATABASE.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks
                 WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """);
          }
          return false;
        });

    // When
    assertThatThrownBy(() -> relay(DATABASE.database()).relay()).isInstanceOf(SqlFailure.class);

    // Then it has noticed before the second
    assertThat(topic.all()).extracting(Seen::id).containsExactly(ids.get(0));
    Saboteur.strike(id -> false);
    relay(DATABASE.database()).relay();
    assertThat(topic.all())
        .extracting(Seen::id)
        .containsExactly(ids.get(0), ids.get(0), ids.get(1), ids.get(2));
  }

  /** The slowest of two relays: everything it sends is old, and none of it is out of order. */
  @Test
  void whatALateRelaySendsAgainChangesNothingForWhoDropsWhatItHasSeen() {
    JobView job = job();
    List<String> ids =
        List.of(
            add(JobEventType.QUEUED, job),
            add(JobEventType.STARTED, job),
            add(JobEventType.COMPLETED, job));
    OutboxRelay late =
        relay(
            new Database(DATABASE.dataSource()) {
              @Override
              public void runAcrossOrganizations(Consumer<Tx> work) {
                super.runAcrossOrganizations(
                    tx -> {
                      work.accept(tx);
                      tx.execute("ROLLBACK");
                      relay(DATABASE.database()).relay();
                    });
              }
            });

    late.relay();

    assertThat(topic.all().stream().map(Seen::id).distinct()).containsExactlyElementsOf(ids);
    assertThat(topic.all()).hasSize(6);
  }

  /** Some errors leave a producer that refuses everything for ever; from outside none differs. */
  @Test
  void afterAnErrorThatTimeDoesNotHealTheProducerIsReplaced() {
    String id = add(JobEventType.QUEUED, job());
    strikeOnce(id);
    OutboxRelay relay = relay(DATABASE.database());
    int before = Saboteur.producers();
    assertThatThrownBy(relay::relay).isInstanceOf(IllegalStateException.class);
    assertThat(Saboteur.producers()).isEqualTo(before + 1);

    assertThat(relay.relay()).isEqualTo(1);

    assertThat(Saboteur.producers()).isEqualTo(before + 2);
  }

  private static void strikeOnce(String id) {
    Set<String> left = new HashSet<>(Set.of(id));
    Saboteur.strike(left::remove);
  }

  private JobView job() {
    return DATABASE.view(organization, DATABASE.job(organization, 1));
  }

  /** Returns the id of the event. */
  private String add(JobEventType type, JobView job) {
    return DATABASE
        .database()
        .transaction(
            tx -> {
              outbox.add(tx, type, job);
              return tx.queryOne(
                      "SELECT event_id FROM outbox WHERE job_id = ? ORDER BY id DESC LIMIT 1",
                      row -> row.getString(1),
                      job.id().value())
                  .orElseThrow();
            });
  }

  private OutboxRelay relay(Database database) {
    Map<String, Object> kafka = new HashMap<>(TestKafka.settings());
    kafka.putAll(Saboteur.PRODUCER);
    return new OutboxRelay(
        database,
        new Schema(database),
        outbox,
        TestEventsConfig.of(topic.name(), SEND_TIMEOUT),
        kafka,
        new SimpleMeterRegistry(),
        TracerProvider.noop().get("test"));
  }

  private static long waiting() {
    return count("outbox");
  }

  private static long buried() {
    return count("outbox_dead_letter");
  }

  private static long count(String table) {
    return DATABASE
        .database()
        .transaction(tx -> tx.queryOne("SELECT count(*) FROM " + table, row -> row.getLong(1)))
        .orElseThrow();
  }
}
