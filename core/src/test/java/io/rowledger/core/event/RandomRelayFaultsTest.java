package io.rowledger.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.event.EventTopic.Seen;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.FreePorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Many jobs, two relays, and a broker behind a line that is cut, whose answers are lost, that
 * refuses single records and is restarted, while PostgreSQL ends the sessions of whoever relays.
 * What a consumer makes of it is what was committed, job by job.
 */
class RandomRelayFaultsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final int JOBS = 40;
  private static final int STEPS = 40;
  private static final long SEED = Long.getLong("rowledger.seed", new Random().nextLong());

  /** Complaints of clients that are cut off ten times a second; held, as loggers are weak. */
  private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka.clients");

  private static EmbeddedKafkaBroker broker;
  private static TcpCut line;
  private static int proxy;

  private final Random random = new Random(SEED);
  private final Outbox outbox = new Outbox();
  private final List<JobView> jobs = new ArrayList<>();
  private final Set<JobId> ended = new HashSet<>();

  /** Ids of what was committed, in its order, by job. */
  private final Map<String, List<String>> committed = new LinkedHashMap<>();

  private final Set<String> everything = new LinkedHashSet<>();
  private OrgId organization = new OrgId(UUID.randomUUID());

  @BeforeAll
  static void aBrokerBehindALine() throws Exception {
    CLIENTS.setLevel(Level.OFF);
    int behind = FreePorts.next();
    proxy = FreePorts.next();
    line = new TcpCut(proxy, behind);
    broker = EmbeddedKafkaBroker.builder().behindProxy(behind, proxy).start();
  }

  @AfterAll
  static void close() throws Exception {
    Saboteur.strike(id -> false);
    line.close();
    broker.close();
    CLIENTS.setLevel(Level.WARNING);
  }

  @Test
  void whoDropsWhatItHasSeenSeesEachJobsEventsInTheirOrder() throws Exception {
    // Given
    EventTopic topic = EventTopic.create(broker, 4, Saboteur.TOPIC);
    organization = DATABASE.organization();
    UUID webhook = webhook();
    for (int i = 0; i < JOBS; i++) {
      jobs.add(DATABASE.view(organization, DATABASE.job(organization, 1)));
    }
    DATABASE.execute(
        "UPDATE import_job SET options = '{\"reportRecipientEmails\": [\"a@example.com\"]}'");
    List<OutboxRelay> relays = List.of(relay(topic), relay(topic));
    relays.forEach(relay -> relay.start(new StartupEvent()));
    Random sabotage = new Random(SEED);
    Saboteur.strike(id -> sabotage.nextInt(40) == 0);

    // When
    for (int step = 0; step < STEPS; step++) {
      happen(relays);
      fault(step);
    }
    Saboteur.strike(id -> false);
    line.loseAnswers(false);
    jobs.forEach(this::end);

    // Then
    await("the outbox is empty, seed " + SEED)
        .atMost(Duration.ofSeconds(60))
        .until(() -> count("outbox") == 0);
    for (OutboxRelay relay : relays) {
      relay.stop(new ShutdownEvent());
    }
    Map<String, List<Seen>> seen = new HashMap<>();
    Set<String> ids = new HashSet<>();
    for (Seen event : topic.all()) {
      if (ids.add(event.id())) {
        seen.computeIfAbsent(event.jobId(), job -> new ArrayList<>()).add(event);
      }
    }
    committed.forEach(
        (job, events) -> {
          assertThat(seen.get(job))
              .as("events of job %s, seed %d", job, SEED)
              .extracting(Seen::id)
              .containsExactlyElementsOf(events);
          assertThat(seen.get(job)).extracting(Seen::sequence).isSorted();
          assertThat(seen.get(job))
              .filteredOn(event -> event.type().contains("completed"))
              .as("ends of job %s, seed %d", job, SEED)
              .hasSize(1);
        });
    assertThat(ids).as("nothing that was rolled back, seed %d", SEED).isEqualTo(everything);
    assertThat(count("outbox_dead_letter")).isZero();
    // And what goes to endpoints and by mail is there once, whatever the relays went through
    assertThat(texts("SELECT event_id FROM webhook_delivery WHERE webhook_id = '" + webhook + "'"))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(everything);
    assertThat(texts("SELECT job_id FROM mail_report"))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(committed.keySet());
  }

  /** Some events of some jobs, each in a transaction that holds its job, some rolled back. */
  private void happen(List<OutboxRelay> relays) {
    for (int i = random.nextInt(12); i >= 0; i--) {
      JobView job = jobs.get(random.nextInt(JOBS));
      if (!ended.contains(job.id())) {
        if (random.nextInt(8) == 0) {
          end(job);
        } else {
          add(JobEventType.PROGRESS, job, random.nextInt(10) > 0);
        }
      }
    }
    relays.get(random.nextInt(relays.size())).wake();
  }

  private void end(JobView job) {
    if (ended.add(job.id())) {
      DATABASE.execute(
          """
          UPDATE import_job SET status = 'completed', phase = 'done', succeeded = total_items, next_chunk = chunk_count,
                 completed_at = clock_timestamp() WHERE id = '%s'
          """
              .formatted(job.id()));
      add(JobEventType.COMPLETED, DATABASE.view(organization, job.id()), true);
    }
  }

  private void add(JobEventType type, JobView job, boolean commit) {
    DATABASE
        .database()
        .run(
            tx -> {
              tx.execute("SELECT 1 FROM import_job WHERE id = '%s' FOR UPDATE".formatted(job.id()));
              outbox.add(tx, type, job);
              String id = newest(tx, job);
              if (commit) {
                everything.add(id);
                committed.computeIfAbsent(job.id().toString(), none -> new ArrayList<>()).add(id);
              } else {
                tx.execute("ROLLBACK");
              }
            });
  }

  private static String newest(Tx tx, JobView job) {
    return tx.queryOne(
            "SELECT event_id FROM outbox WHERE job_id = ? ORDER BY id DESC LIMIT 1",
            row -> row.getString(1),
            job.id().value())
        .orElseThrow();
  }

  private void fault(int step) throws InterruptedException {
    if (step == STEPS / 2) {
      broker.restart();
    }
    switch (random.nextInt(6)) {
      case 0 -> line.cut();
      case 1 -> line.loseAnswers(true);
      case 2 -> line.loseAnswers(false);
      case 3 ->
          DATABASE.execute(
              """
              SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              """);
      default -> {
        // Nothing goes wrong.
      }
    }
    // Not a wait for something: how far the relays come between two faults is left to chance.
    Thread.sleep(random.nextInt(120));
  }

  private OutboxRelay relay(EventTopic topic) {
    Map<String, Object> kafka = new HashMap<>(Saboteur.PRODUCER);
    kafka.put("bootstrap.servers", "127.0.0.1:" + proxy);
    kafka.put("reconnect.backoff.max.ms", 100);
    Database database = DATABASE.database();
    return new OutboxRelay(
        database,
        new Schema(database),
        outbox,
        TestEventsConfig.of(topic.name(), Duration.ofSeconds(1)),
        kafka,
        new SimpleMeterRegistry(),
        TracerProvider.noop().get("test"));
  }

  private UUID webhook() {
    UUID id = UUID.randomUUID();
    DATABASE
        .database()
        .run(
            tx ->
                tx.update(
                    """
                    INSERT INTO webhook (id, organization_id, url, master_key_id, sealed_secret, created_by)
                    VALUES (?, ?, 'https://example.com', '1', '\\x00', 'a test')
                    """,
                    id,
                    organization.value()));
    return id;
  }

  private static List<String> texts(String sql) {
    return DATABASE.database().transaction(tx -> tx.query(sql, row -> row.getString(1)));
  }

  private static long count(String table) {
    return Long.parseLong(texts("SELECT count(*) FROM " + table).get(0));
  }
}
