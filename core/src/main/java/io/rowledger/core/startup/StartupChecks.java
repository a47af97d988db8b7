package io.rowledger.core.startup;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.chunk.ChunkLogConfig;
import io.rowledger.core.event.EventsConfig;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.startup.KafkaTopics.AwayException;
import io.rowledger.core.startup.KafkaTopics.NotAllowedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at Kafka and PostgreSQL when the process starts, until both are as they should be, and now
 * and then afterwards. See {@link StartupConfig} for what that means.
 */
@ApplicationScoped
public class StartupChecks {

  private static final Logger LOG = Logger.getLogger(StartupChecks.class);

  /** Contract section 10: data of at most 256 KiB; and the headers. */
  private static final int LARGEST_EVENT = 288 * 1024;

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final Database database;
  private final Schema schema;
  private final ServerSettingsRepository servers;
  private final KafkaTopics topics;
  private final ChunkLogConfig rows;
  private final EventsConfig events;
  private final StartupConfig config;
  private final Set<Danger> allowed;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final List<Runnable> waiting = new ArrayList<>();
  private final Verdict kafka = new Verdict("Kafka");
  private final Verdict postgres = new Verdict("PostgreSQL");
  private @Nullable Thread thread;

  StartupChecks(
      Database database,
      Schema schema,
      ServerSettingsRepository servers,
      KafkaTopics topics,
      ChunkLogConfig rows,
      EventsConfig events,
      StartupConfig config) {
    this.database = database;
    this.schema = schema;
    this.servers = servers;
    this.topics = topics;
    this.rows = rows;
    this.events = events;
    this.config = config;
    this.allowed = allowed(config.allow().orElse(List.of()));
  }

  /** A misspelt name would be an override that is none, found out in the wrong moment. */
  private static Set<Danger> allowed(List<String> names) {
    Set<Danger> dangers = EnumSet.noneOf(Danger.class);
    for (String name : names) {
      dangers.add(
          Danger.ofWireName(name.strip())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "rowledger.startup.allow: %s is not one of %s"
                              .formatted(name, Danger.wireNames()))));
    }
    return dangers;
  }

  /** False until the first look, and while one of the two is known to be dangerous. */
  public boolean ready() {
    return kafka.ready() && postgres.ready();
  }

  /** What keeps this process from being ready, by the name of its override. */
  public Map<String, String> refusals() {
    List<Finding> all = new ArrayList<>(kafka.refusals());
    all.addAll(postgres.refusals());
    return all.stream()
        .collect(
            Collectors.toMap(
                finding -> finding.danger().wireName(),
                Finding::text,
                (one, other) -> one + "; " + other));
  }

  /** Runs {@code work} once both have passed, at once if they have. It must not block. */
  public void whenPassed(Runnable work) {
    synchronized (waiting) {
      waiting.add(work);
    }
    letGo();
  }

  private void letGo() {
    List<Runnable> due;
    synchronized (waiting) {
      if (!kafka.passed() || !postgres.passed()) {
        return;
      }
      due = List.copyOf(waiting);
      waiting.clear();
    }
    due.forEach(Runnable::run);
  }

  void start(@Observes StartupEvent event) {
    thread = new Thread(this::run, "startup-checks");
    thread.setDaemon(true);
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping.countDown();
    if (thread != null) {
      thread.join(5_000);
    }
  }

  private void run() {
    try {
      Duration pause;
      do {
        lookAndGoOn();
        boolean passed = kafka.passed() && postgres.passed();
        pause = passed ? config.lookAgainEvery() : config.lookEvery();
      } while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An error of ours must not end the looking, or this process would never be ready. */
  private void lookAndGoOn() throws InterruptedException {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.error("The settings of Kafka and PostgreSQL could not be looked at", e);
    }
  }

  /** One look at both. */
  void look() throws InterruptedException {
    try {
      postgres.found(remaining(PostgresRules.of(database.transaction(servers::settings))));
    } catch (SqlFailure e) {
      postgres.away(e);
    }
    try {
      kafka.found(remaining(lookAtKafka(longestRetention())));
    } catch (AwayException | SqlFailure e) {
      kafka.away(e);
    }
    letGo();
  }

  private List<Finding> lookAtKafka(@Nullable Duration keptFor)
      throws AwayException, InterruptedException {
    List<TopicNeeds> needs =
        List.of(
            // A chunk is closed when it is half full, and a row has at most the other half; its
            // columns come on top.
            new TopicNeeds(rows.topic(), rows.maxChunkBytes() / 2 * 3 + 64 * 1024, keptFor),
            new TopicNeeds(events.topic(), LARGEST_EVENT, null));
    try {
      Map<String, TopicSettings> there = topics.read(needs.stream().map(TopicNeeds::name).toList());
      return needs.stream()
          .flatMap(need -> KafkaRules.of(need, there.get(need.name())).stream())
          .toList();
    } catch (NotAllowedException e) {
      return List.of(
          new Finding(
              Danger.KAFKA_UNREADABLE,
              "Kafka",
              "the right to look at topics",
              String.valueOf(e.getMessage()),
              "DESCRIBE and DESCRIBE_CONFIGS on both topics"));
    }
  }

  /**
   * How long rows have to be kept.
   *
   * @return null when this role may not know: then the api's does, which makes the promise
   */
  private @Nullable Duration longestRetention() throws AwayException {
    if (!schema.isThere()) {
      throw new AwayException(new IllegalStateException("the schema is not there"));
    }
    try {
      return database.acrossOrganizations(servers::longestRetention);
    } catch (SqlFailure e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.sqlState())) {
        return null;
      }
      throw e;
    }
  }

  private List<Finding> remaining(List<Finding> findings) {
    return findings.stream().filter(finding -> !allowed.contains(finding.danger())).toList();
  }
}
