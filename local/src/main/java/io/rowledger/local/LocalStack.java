package io.rowledger.local;

import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.testkit.FreePorts;
import io.rowledger.testkit.PackagedService;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The processes of one installation, started in the order of their needs, stopped in reverse. */
final class LocalStack implements AutoCloseable {
  private static final String DATABASE = "rowledger";
  private static final String KAFKA_READY = "kafka.ready";
  private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(7);
  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(4);
  private static final Duration KAFKA_START = Duration.ofSeconds(90);

  private final Options options;
  private final PackagedService api;
  private final PackagedService worker;
  private final DataDirectory directory;
  private final int httpPort;
  private final int kafkaPort = FreePorts.next();
  private final String apiKey;
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(2, LocalStack::daemon);
  private final List<SupervisedProcess> services = new ArrayList<>();

  private @Nullable EmbeddedPostgresServer postgres;
  private @Nullable SupervisedProcess kafka;
  private volatile boolean closing;

  LocalStack(
      Options options, PackagedService api, PackagedService worker, DataDirectory directory) {
    this.options = options;
    this.api = api;
    this.worker = worker;
    this.directory = directory;
    httpPort = options.httpPort() == 0 ? FreePorts.next() : options.httpPort();
    apiKey = options.apiKey() == null ? directory.apiKey("api.key") : options.apiKey();
  }

  /** Starts everything and returns when Kafka and PostgreSQL answer; the API may take longer. */
  void start() {
    SupervisedProcess broker = kafkaProcess();
    kafka = broker;
    directory.remove(KAFKA_READY);
    broker.start();
    startPostgres();
    awaitKafka();
    startService(
        "api-service",
        api.guarded(Installation.guardJar(), options.apiJvm()),
        environment(DatabaseRoles.settingsOfApi(server(), DATABASE), httpPort));
    for (int number = 1; number <= options.workers(); number++) {
      startService(
          "import-worker-" + number,
          worker.guarded(Installation.guardJar(), options.workerJvm()),
          environment(DatabaseRoles.settingsOfWorker(server(), DATABASE), FreePorts.next()));
    }
  }

  String url() {
    return "http://localhost:" + httpPort;
  }

  String apiKey() {
    return apiKey;
  }

  String kafkaServers() {
    return "127.0.0.1:" + kafkaPort;
  }

  /** The JDBC URL with credentials in it, for any client. */
  String jdbcUrl() {
    EmbeddedPostgresServer server = server();
    return server.jdbcUrl(DATABASE)
        + "?user="
        + server.username()
        + "&password="
        + server.password();
  }

  /** Services first, then Kafka, then PostgreSQL: nobody sees a dependency go. */
  @Override
  public void close() {
    closing = true;
    services.forEach(SupervisedProcess::stop);
    services.forEach(service -> service.awaitEnd(SERVICE_PATIENCE));
    if (kafka != null) {
      kafka.stop();
      kafka.awaitEnd(KAFKA_PATIENCE);
    }
    timer.shutdownNow();
    if (postgres != null) {
      postgres.close();
      directory.removePid("postgres");
    }
  }

  private SupervisedProcess kafkaProcess() {
    List<String> command = new ArrayList<>(List.of(Installation.java(), "-Xmx512m"));
    command.addAll(Installation.guard(directory.pidFile("postgres")));
    command.addAll(
        List.of(
            "-cp",
            Installation.ownClassPath(),
            KafkaMain.class.getName(),
            Integer.toString(kafkaPort),
            directory.path("kafka").toString(),
            directory.path(KAFKA_READY).toString()));
    return new SupervisedProcess("kafka", command, Map.of(), directory, timer);
  }

  private void startPostgres() {
    EmbeddedPostgresServer server =
        EmbeddedPostgresServer.builder()
            .dataDirectory(directory.path("postgres"))
            .logFile(directory.log("postgres"))
            .timeZone("UTC")
            .withoutExitHook()
            .start();
    postgres = server;
    try (Connection connection = server.connect()) {
      if (!hasDatabase(connection)) {
        server.createDatabase(DATABASE);
      }
      DatabaseRoles.prepare(server, DATABASE);
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL does not answer", e);
    }
    supervise(server);
  }

  private static boolean hasDatabase(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      query.setString(1, DATABASE);
      return query.executeQuery().next();
    }
  }

  private void supervise(EmbeddedPostgresServer server) {
    directory.writePid("postgres", server.pid());
    var unused =
        timer.scheduleWithFixedDelay(() -> restartIfDead(server), 500, 500, TimeUnit.MILLISECONDS);
  }

  /** Catches everything: a timer never again calls a task that threw. */
  private void restartIfDead(EmbeddedPostgresServer server) {
    if (closing || server.isRunning()) {
      return;
    }
    Console.say("postgres ended; starting it again. See %s", directory.log("postgres"));
    try {
      server.resume();
      directory.writePid("postgres", server.pid());
    } catch (RuntimeException e) {
      Console.say("postgres did not start: %s", e.getMessage());
    }
  }

  private void awaitKafka() {
    long deadline = System.nanoTime() + KAFKA_START.toNanos();
    while (!Files.exists(directory.path(KAFKA_READY))) {
      if (System.nanoTime() > deadline) {
        throw new CannotStart("Kafka did not start; see " + directory.log("kafka"));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("Interrupted while starting", e);
    }
  }

  private void startService(String name, List<String> command, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(commonEnvironment());
    environment.putAll(more);
    SupervisedProcess service = new SupervisedProcess(name, command, environment, directory, timer);
    services.add(service);
    service.start();
  }

  /** Settings as Quarkus reads them from the environment. */
  private static Map<String, String> environment(Map<String, String> settings, int port) {
    Map<String, String> environment = new HashMap<>();
    settings.forEach(
        (name, value) ->
            environment.put(
                name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), value));
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    return environment;
  }

  private Map<String, String> commonEnvironment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_HTTP_HOST", "localhost");
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafkaServers());
    environment.put("ROWLEDGER_STARTUP_ALLOW", EmbeddedKafkaBroker.ALLOW);
    environment.put("QUARKUS_OIDC_TENANT_ENABLED", "false");
    environment.put("ROWLEDGER_BOOTSTRAP_ORGANIZATION", "local");
    environment.put("ROWLEDGER_BOOTSTRAP_API_KEY", apiKey);
    environment.put("ROWLEDGER_BOOTSTRAP_ADMIN_KEY", directory.apiKey("admin.key"));
    environment.put("ROWLEDGER_CRYPTO_MASTER_KEY", directory.masterKey());
    // What the person who calls us has set for the services wins, except for what we decide.
    if (System.getenv("QUARKUS_HTTP_HOST") != null) {
      environment.remove("QUARKUS_HTTP_HOST");
    }
    return environment;
  }

  private EmbeddedPostgresServer server() {
    if (postgres == null) {
      throw new IllegalStateException("Not started");
    }
    return postgres;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "supervisor");
    thread.setDaemon(true);
    return thread;
  }
}
