package io.rowledger.core.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.rowledger.core.chunk.ChunkLogConfig;
import io.rowledger.core.event.EventsConfig;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.testing.TestDatabase;
import io.rowledger.core.testing.TestKafka;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.testkit.FreePorts;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Against a real broker and a real PostgreSQL, set up well and badly. */
class StartupChecksTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final String rows = "rows-" + UUID.randomUUID();
  private final String events = "events-" + UUID.randomUUID();
  private final List<StartupChecks> running = new ArrayList<>();

  @BeforeEach
  void nobodyKeepsRowsForLonger() {
    DATABASE.clear();
  }

  @AfterEach
  void stop() throws InterruptedException {
    TestKafka.broker().resume();
    for (StartupChecks checks : running) {
      checks.stop(new ShutdownEvent());
    }
  }

  @Test
  void anInstallationThatNamesWhatItLivesWithIsReady() throws Exception {
    topic(rows, Map.of("retention.ms", "2592000000"));
    topic(events, Map.of());
    StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW);
    AtomicInteger went = new AtomicInteger();
    checks.whenPassed(went::incrementAndGet);
    assertThat(checks.ready()).as("before the first look").isFalse();

    look(checks);

    assertThat(checks.refusals()).isEmpty();
    assertThat(checks.ready()).isTrue();
    assertThat(went).hasValue(1);
    checks.whenPassed(went::incrementAndGet);
    assertThat(went).hasValue(2);
    checks.look();
    assertThat(went).hasValue(2);
  }

  @Test
  void everyDangerousSettingOfATopicIsFoundOnTheBroker() throws Exception {
    // Given
    topic(
        rows,
        Map.of(
            "cleanup.policy", "compact",
            "retention.ms", "86400000",
            "retention.bytes", "1000000",
            "unclean.leader.election.enable", "true",
            "max.message.bytes", "500000"));
    topic(events, Map.of("max.message.bytes", "200000"));
    StartupChecks checks = checks("");
    AtomicInteger went = new AtomicInteger();
    checks.whenPassed(went::incrementAndGet);

    // When
    look(checks);

    // Then
    assertThat(checks.ready()).isFalse();
    assertThat(went).hasValue(0);
    assertThat(checks.refusals())
        .containsOnlyKeys(
            "kafka-replication-factor",
            "kafka-min-insync-replicas",
            "kafka-cleanup-policy",
            "kafka-retention-time",
            "kafka-retention-bytes",
            "kafka-unclean-leader-election",
            "kafka-max-message-bytes");
    assertThat(checks.refusals().get("kafka-max-message-bytes"))
        .isEqualTo(
            "topic %s: max.message.bytes is 500000, should be at least 851968; topic %s:"
                    .formatted(rows, events)
                + " max.message.bytes is 200000, should be at least 294912");
    assertThat(checks.refusals().get("kafka-retention-time"))
        .isEqualTo(
            "topic %s: retention.ms is 86400000, should be at least 2592000000, the longest"
                    .formatted(rows)
                + " retentionDays of an organisation");
  }

  @Test
  void eachDangerIsAllowedByItsNameAndNoOther() throws Exception {
    topic(rows, Map.of("retention.ms", "-1", "cleanup.policy", "compact"));
    topic(events, Map.of());
    StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW + ", kafka-retention-time");
    look(checks);
    assertThat(checks.refusals()).containsOnlyKeys("kafka-cleanup-policy");

    StartupChecks bold = checks(EmbeddedKafkaBroker.ALLOW + ",kafka-cleanup-policy");
    look(bold);

    assertThat(bold.ready()).isTrue();
  }

  @Test
  void rowsAreKeptAsLongAsAnyOrganisationWasPromised() throws Exception {
    topic(rows, Map.of("retention.ms", "2592000000"));
    topic(events, Map.of());
    DATABASE.organization();
    DATABASE.execute("UPDATE organization SET retention_days = 31");
    StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW);

    look(checks);

    assertThat(checks.refusals()).containsOnlyKeys("kafka-retention-time");
  }

  @Test
  void aTopicThatIsMissingIsADangerUntilItIsMade() throws Exception {
    topic(rows, Map.of("retention.ms", "-1"));
    StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW);
    look(checks);
    assertThat(checks.refusals())
        .containsExactly(
            Map.entry(
                "kafka-topic",
                "topic %s: the topic is missing, should be created".formatted(events)));

    topic(events, Map.of());

    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              checks.look();
              return checks.ready();
            });
  }

  @Test
  void aBrokerThatIsAwayStopsNobodyAndIsLookedAtWhenItIsBack() throws Exception {
    // Given
    topic(rows, Map.of("retention.ms", "-1", "cleanup.policy", "compact"));
    topic(events, Map.of());
    TestKafka.broker().stop();
    StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW);
    AtomicInteger went = new AtomicInteger();
    checks.whenPassed(went::incrementAndGet);

    // When, Then: nothing is known, so nothing is wrong
    checks.start(new StartupEvent());
    await().atMost(Duration.ofSeconds(60)).until(checks::ready);
    assertThat(went).hasValue(0);

    // And when it is back, it is looked at, and looked at again until it is right
    TestKafka.broker().resume();
    await().atMost(Duration.ofSeconds(60)).until(() -> !checks.ready());
    assertThat(checks.refusals()).containsOnlyKeys("kafka-cleanup-policy");
    change(rows, "cleanup.policy", "delete");
    await().atMost(Duration.ofSeconds(60)).until(checks::ready);
    assertThat(went).hasValue(1);
  }

  @Test
  void aSettingThatChangesLaterDoesNotStopAServiceThatWorks() throws Exception {
    topic(rows, Map.of("retention.ms", "-1"));
    topic(events, Map.of());
    StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW);
    look(checks);

    change(rows, "retention.ms", "1000");
    checks.look();

    assertThat(checks.ready()).isTrue();
    assertThat(checks.refusals()).isEmpty();
  }

  @Test
  void everyDangerousSettingOfPostgresIsFoundOnTheServer() throws Exception {
    topic(rows, Map.of("retention.ms", "-1"));
    topic(events, Map.of());
    try (EmbeddedPostgresServer server =
        EmbeddedPostgresServer.builder()
            .setting("fsync", "off")
            .setting("full_page_writes", "off")
            .start()) {
      try (Connection connection = server.connect();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE"
                + " template0");
        // Not in its configuration file, where one would look, but in force all the same.
        statement.execute("ALTER ROLE postgres SET synchronous_commit = off");
        statement.execute("ALTER DATABASE latin SET default_transaction_isolation = serializable");
        statement.execute("ALTER DATABASE latin SET default_transaction_read_only = on");
      }
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(server.jdbcUrl("latin"));
      source.setUser(server.username());
      source.setPassword(server.password());
      StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW, source);

      checks.look();

      assertThat(checks.ready()).isFalse();
      assertThat(checks.refusals())
          .containsOnlyKeys(
              "postgresql-fsync",
              "postgresql-full-page-writes",
              "postgresql-synchronous-commit",
              "postgresql-encoding",
              "postgresql-isolation",
              "postgresql-read-only");
    }
  }

  @Test
  void aPostgresThatIsAwayStopsNobody() throws Exception {
    topic(rows, Map.of("retention.ms", "-1"));
    topic(events, Map.of());
    PGSimpleDataSource nobody = new PGSimpleDataSource();
    nobody.setUrl("jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/x");
    StartupChecks checks = checks(EmbeddedKafkaBroker.ALLOW, nobody);

    checks.look();

    assertThat(checks.ready()).isTrue();
    assertThat(checks.refusals()).isEmpty();
  }

  @Test
  void aMisspeltOverrideIsAnErrorThatListsTheNames() {
    assertThatThrownBy(() -> checks("kafka-replication"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kafka-replication is not one of")
        .hasMessageContaining("kafka-replication-factor")
        .hasMessageContaining("postgresql-read-only");
  }

  /** Looks until the broker has answered, which on a busy machine may take more than one look. */
  private static void look(StartupChecks checks) {
    AtomicBoolean passed = new AtomicBoolean();
    checks.whenPassed(() -> passed.set(true));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              checks.look();
              return passed.get() || !checks.refusals().isEmpty();
            });
  }

  /** What the shared server forgets is another test's matter. */
  private StartupChecks checks(String allow) {
    return checks(EmbeddedPostgresServer.FORGETFUL_ALLOW + "," + allow, DATABASE.dataSource());
  }

  private StartupChecks checks(String allow, DataSource source) {
    Map<String, String> values = new HashMap<>();
    values.put("rowledger.rows.topic", rows);
    values.put("rowledger.events.topic", events);
    values.put("rowledger.startup.look-every", "200ms");
    if (!allow.isEmpty()) {
      values.put("rowledger.startup.allow", allow);
    }
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(ChunkLogConfig.class)
            .withMapping(EventsConfig.class)
            .withMapping(StartupConfig.class)
            .withDefaultValues(values)
            .withConverter(Duration.class, 100, new DurationConverter())
            .build();
    Database database = new Database(source);
    StartupChecks checks =
        new StartupChecks(
            database,
            new Schema(DATABASE.database()),
            new ServerSettingsRepository(),
            new KafkaTopics(TestKafka.settings()),
            config.getConfigMapping(ChunkLogConfig.class),
            config.getConfigMapping(EventsConfig.class),
            config.getConfigMapping(StartupConfig.class));
    running.add(checks);
    return checks;
  }

  private static void topic(String name, Map<String, String> config) throws Exception {
    try (Admin admin = Admin.create(TestKafka.settings())) {
      admin.createTopics(List.of(new NewTopic(name, 2, (short) 1).configs(config))).all().get();
    }
  }

  private static void change(String topic, String setting, String value) throws Exception {
    try (Admin admin = Admin.create(TestKafka.settings())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry(setting, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
