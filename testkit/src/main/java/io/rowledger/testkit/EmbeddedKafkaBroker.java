package io.rowledger.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** A real KRaft broker (and its controller) in this JVM, with the topics of Rowledger. */
public final class EmbeddedKafkaBroker implements AutoCloseable {
  /** Chunks of uploads. */
  public static final String ROWS = "batch-import.rows";

  /** Wake-ups of workers. */
  public static final String TICKETS = "batch-import.tickets";

  /** What the world is told. */
  public static final String JOB_EVENTS = "batch-import.job-events";

  /** What could not be understood. */
  public static final String DEAD_LETTER = "batch-import.dead-letter";

  /**
   * {@code rowledger.startup.allow} of a service that is to work with this broker, which is alone.
   */
  public static final String ALLOW = "kafka-replication-factor,kafka-min-insync-replicas";

  private static final int NODE_ID = 1;
  private static final String CONTROLLER = "CONTROLLER";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** A chunk holds up to 512 KiB before compression and a row up to 256 KiB; leave room. */
  private static final String MAX_MESSAGE_BYTES = Integer.toString(1_280 * 1024);

  private final Path dataDirectory;
  private final boolean temporary;
  private final int port;
  private final int controllerPort;
  private final @Nullable Detour detour;
  private final @Nullable Door door;
  private @Nullable KafkaRaftServer running;
  private @Nullable CloseAtExit closeAtExit;

  static {
    trapExit();
  }

  private EmbeddedKafkaBroker(Builder builder) {
    temporary = builder.dataDirectory == null;
    dataDirectory =
        builder.dataDirectory == null
            ? Directories.temporary("rowledger-kafka-")
            : builder.dataDirectory.toAbsolutePath();
    port = builder.port == 0 ? FreePorts.next() : builder.port;
    controllerPort = nextFreeBut(port);
    detour = builder.detour;
    door = builder.door;
  }

  /** How clients get in: TLS, with a name and password kept as SCRAM-SHA-512. */
  private record Door(Certificates certificates, String user, String password) {

    private static final String MECHANISM = "SCRAM-SHA-512";

    String login() {
      return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
          .formatted(user, password);
    }

    Map<String, String> ofBroker() {
      return Map.of(
          "ssl.keystore.location",
          certificates.keyStore().toString(),
          "ssl.keystore.password",
          certificates.password(),
          "ssl.keystore.type",
          "PKCS12",
          "ssl.truststore.location",
          certificates.authority().toString(),
          "ssl.truststore.type",
          "PEM",
          "sasl.enabled.mechanisms",
          MECHANISM,
          "sasl.mechanism.inter.broker.protocol",
          MECHANISM,
          "security.inter.broker.protocol",
          "SASL_SSL",
          "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
          login());
    }

    Map<String, String> ofClient() {
      return Map.of(
          "security.protocol",
          "SASL_SSL",
          "sasl.mechanism",
          MECHANISM,
          "sasl.jaas.config",
          login(),
          "ssl.truststore.type",
          "PEM",
          "ssl.truststore.location",
          certificates.authority().toString());
    }
  }

  /** A listener whose clients are told another port than the one it listens on. */
  private record Detour(int port, int advertised) {}

  /** Starts a broker with the defaults: temporary directory, free ports. */
  public static EmbeddedKafkaBroker start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What may differ from the defaults. */
  public static final class Builder {
    private @Nullable Path dataDirectory;
    private int port;
    private boolean closeAtExit = true;
    private @Nullable Detour detour;
    private @Nullable Door door;

    private Builder() {}

    /**
     * Listens with TLS only, and only for this name and password (SASL/SCRAM-SHA-512); without it
     * the broker takes whoever comes, in the clear.
     *
     * @param certificates good for {@code localhost}
     */
    public Builder secured(Certificates certificates, String user, String password) {
      this.door = new Door(certificates, user, password);
      return this;
    }

    /** Keeps the records here, across runs; without it they go with {@link #close()}. */
    public Builder dataDirectory(Path directory) {
      this.dataDirectory = directory;
      return this;
    }

    /** Leaves it to the caller to close this server before the JVM ends. */
    public Builder withoutExitHook() {
      closeAtExit = false;
      return this;
    }

    /** Listens on this port, 1 to 65535; 0, the default, takes a free one. */
    public Builder port(int value) {
      this.port = value;
      return this;
    }

    /**
     * Listens on a second port, whose clients are sent to a third: a proxy stands there. Without it
     * a client would go past the proxy as soon as it has heard of the broker's own port.
     */
    public Builder behindProxy(int secondPort, int proxyPort) {
      this.detour = new Detour(secondPort, proxyPort);
      return this;
    }

    /**
     * Starts the broker, waits until it answers and creates the topics that are missing.
     *
     * @throws IllegalStateException when it does not come up within a minute
     */
    public EmbeddedKafkaBroker start() {
      EmbeddedKafkaBroker broker = new EmbeddedKafkaBroker(this);
      broker.format();
      broker.resume();
      if (closeAtExit) {
        broker.closeAtExit = new CloseAtExit(broker, "stop-kafka");
      }
      return broker;
    }
  }

  /** The value of {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return host() + ":" + port;
  }

  /** What a client needs to get in: the servers and, when the broker is secured, TLS and login. */
  public Map<String, Object> clientSettings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    if (door != null) {
      settings.putAll(door.ofClient());
    }
    return settings;
  }

  /** A certificate is made for a name. */
  private String host() {
    return door == null ? "127.0.0.1" : "localhost";
  }

  /** Says whether the broker is started. */
  public synchronized boolean isRunning() {
    return running != null;
  }

  /** Shuts the broker down in order; does nothing when it is stopped. */
  public synchronized void stop() {
    KafkaRaftServer server = running;
    if (server != null) {
      running = null;
      server.shutdown();
      server.awaitShutdown();
    }
  }

  /** Starts a stopped broker again: same port, same records. */
  public synchronized void resume() {
    if (running != null) {
      return;
    }
    QuietLogs.apply();
    running = inRootLocale(this::startServer);
    createMissingTopics();
  }

  /** Stops the broker and starts it again in place. */
  public synchronized void restart() {
    stop();
    resume();
  }

  /** Stops the broker for good; temporary data are deleted, given directories stay. */
  @Override
  public synchronized void close() {
    if (closeAtExit != null) {
      closeAtExit.cancel();
    }
    stop();
    if (temporary) {
      Directories.deleteTree(dataDirectory);
    }
  }

  private KafkaRaftServer startServer() {
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties()), Time.SYSTEM);
    server.startup();
    return server;
  }

  /**
   * Kafka 4.1 upper-cases configuration values in the default locale and does not know its own
   * group type CLASSİC where our tests speak Turkish.
   */
  private static <T> T inRootLocale(Supplier<T> start) {
    synchronized (EmbeddedKafkaBroker.class) {
      Locale before = Locale.getDefault();
      Locale.setDefault(Locale.ROOT);
      try {
        return start.get();
      } finally {
        Locale.setDefault(before);
      }
    }
  }

  private void format() {
    try {
      Files.createDirectories(dataDirectory);
      if (Files.exists(dataDirectory.resolve("meta.properties"))) {
        return;
      }
      PrintStream discarded =
          new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
      Formatter formatter = new Formatter();
      if (door != null) {
        formatter.setScramArguments(
            List.of(
                "%s=[name=%s,password=%s]"
                    .formatted(Door.MECHANISM, door.user(), door.password())));
      }
      formatter
          .setPrintStream(discarded)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName(CONTROLLER)
          .setMetadataLogDirectory(dataDirectory.toString())
          .addDirectory(dataDirectory.toString())
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("Could not prepare " + dataDirectory + " for Kafka", e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    String listener = door == null ? "PLAINTEXT" : "SASL_SSL";
    properties.putAll(
        Map.of(
            "process.roles",
            "broker,controller",
            "node.id",
            Integer.toString(NODE_ID),
            "controller.quorum.voters",
            NODE_ID + "@127.0.0.1:" + controllerPort,
            "controller.listener.names",
            CONTROLLER,
            "listeners",
            listener + "://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "advertised.listeners",
            listener + "://" + bootstrapServers(),
            "listener.security.protocol.map",
            "CONTROLLER:PLAINTEXT," + listener + ":" + listener,
            "log.dirs",
            dataDirectory.toString(),
            "auto.create.topics.enable",
            "false"));
    properties.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "group.initial.rebalance.delay.ms", "0",
            "message.max.bytes", MAX_MESSAGE_BYTES,
            // The default of 128 MiB is allocated at start, for a cleaner that has nothing to do.
            "log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20)));
    if (detour != null) {
      properties.merge("listeners", detour.port(), EmbeddedKafkaBroker::andDetour);
      properties.merge("advertised.listeners", detour.advertised(), EmbeddedKafkaBroker::andDetour);
      properties.merge(
          "listener.security.protocol.map", "DETOUR:PLAINTEXT", (map, more) -> map + "," + more);
    }
    if (door != null) {
      properties.putAll(door.ofBroker());
    }
    return properties;
  }

  private static String andDetour(Object listeners, Object port) {
    return listeners + ",DETOUR://127.0.0.1:" + port;
  }

  private void createMissingTopics() {
    try (Admin admin = Admin.create(clientSettings())) {
      Set<String> present = admin.listTopics().names().get(seconds(), TimeUnit.SECONDS);
      List<NewTopic> missing =
          List.of(topic(ROWS, 6), topic(TICKETS, 6), topic(JOB_EVENTS, 6), topic(DEAD_LETTER, 1))
              .stream()
              .filter(topic -> !present.contains(topic.name()))
              .toList();
      admin.createTopics(missing).all().get(seconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while Kafka started", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Kafka did not answer on " + bootstrapServers(), e);
    }
  }

  /** Kept for ever: the directory goes with the installation, and a clock may be anything. */
  private static NewTopic topic(String name, int partitions) {
    return new NewTopic(name, partitions, (short) 1)
        .configs(
            Map.of(
                "max.message.bytes",
                MAX_MESSAGE_BYTES,
                "cleanup.policy",
                "delete",
                "retention.ms",
                "-1"));
  }

  private static long seconds() {
    return START_TIMEOUT.toSeconds();
  }

  private static int nextFreeBut(int taken) {
    int candidate = FreePorts.next();
    return candidate == taken ? nextFreeBut(taken) : candidate;
  }

  /** A broker that gives up ends its JVM, which here is the one of the tests. */
  private static void trapExit() {
    Exit.Procedure refuse =
        (status, message) -> {
          throw new IllegalStateException("Kafka wanted to exit with " + status + ": " + message);
        };
    Exit.setExitProcedure(refuse);
    Exit.setHaltProcedure(refuse);
  }
}
