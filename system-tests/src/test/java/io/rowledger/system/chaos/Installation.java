package io.rowledger.system.chaos;

import io.rowledger.system.Packaged;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Two APIs, three workers, PostgreSQL and Kafka, all of them processes, with a proxy in front of
 * each of the two. What dies is started again.
 */
final class Installation implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(3);
  static final int APIS = 2;
  static final int WORKERS = 3;

  private static final String DATABASE = "rowledger";
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration STOP = Duration.ofSeconds(20);

  /** Small and quick to start: most of these processes live for less than a minute. */
  private static final List<String> SERVICE_JVM =
      List.of(
          "-Xmx320m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Drowledger.rows.warm-up=false",
          "-Drowledger.lease.duration=" + LEASE.toSeconds() + "s",
          "-Drowledger.lease.heartbeat=1s",
          "-Drowledger.lease.sweep=500ms",
          // Here it is never the job's fault.
          "-Drowledger.lease.max-attempts=1000000");

  private final Path directory;
  private final Path repository;
  private final Path services;
  private final String adminKey = "rl_chaos_" + random(Base64.getUrlEncoder().withoutPadding());
  private final int kafkaPort = FreePorts.next();
  private final List<Child> apis = new ArrayList<>();
  private final List<Child> workers = new ArrayList<>();
  private final List<String> urls = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final ScheduledExecutorService supervisor =
      Executors.newScheduledThreadPool(1, Installation::daemon);
  private final EmbeddedPostgresServer postgres;
  private final TcpProxy postgresProxy;
  private final TcpProxy kafkaProxy;
  private final Child kafka;

  /**
   * Starts everything and waits until it answers.
   *
   * @param directory emptied first; logs stay in it
   */
  Installation(Path directory, Settings settings) {
    this.directory = directory;
    this.repository = Settings.repository();
    this.services = settings.services();
    int behindProxy = FreePorts.next();
    kafkaProxy = new TcpProxy(FreePorts.next(), behindProxy);
    kafka = kafka(behindProxy);
    kafka.ensureRunning();
    postgres =
        EmbeddedPostgresServer.builder()
            .dataDirectory(directory.resolve("postgres"))
            .logFile(logs().resolve("postgres.log"))
            .timeZone("UTC")
            .start();
    postgres.createDatabase(DATABASE);
    DatabaseRoles.prepare(postgres, DATABASE);
    if (settings.conditions().endless()) {
      endNoBackends();
    }
    postgresProxy = new TcpProxy(FreePorts.next(), postgres.port());
    awaitStart("Kafka", () -> Files.exists(kafkaReady()));
    Map<String, String> environment = environment();
    for (int number = 1; number <= APIS; number++) {
      int port = FreePorts.next();
      urls.add("http://localhost:" + port);
      apis.add(service("api-service", number, port, with(environment, apiLogin())));
    }
    for (int number = 1; number <= WORKERS; number++) {
      workers.add(
          service("import-worker", number, FreePorts.next(), with(environment, workerLogin())));
    }
    var unused =
        supervisor.scheduleWithFixedDelay(this::ensureRunning, 0, 100, TimeUnit.MILLISECONDS);
    awaitReady();
    if (settings.conditions().endless()) {
      endNoBackendsForOwners();
    }
    // Not before: a migration asks a thousand times.
    postgresProxy.usually(settings.conditions().postgresDelay());
    kafkaProxy.usually(settings.conditions().kafkaDelay());
  }

  /** A directory for one installation, without what an earlier run left in it. */
  static Path emptied(Path directory) {
    deleteTree(directory);
    try {
      return Files.createDirectories(directory.resolve("logs")).getParent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> urls() {
    return List.copyOf(urls);
  }

  String adminKey() {
    return adminKey;
  }

  List<Child> apis() {
    return apis;
  }

  List<Child> workers() {
    return workers;
  }

  Child kafka() {
    return kafka;
  }

  EmbeddedPostgresServer postgres() {
    return postgres;
  }

  TcpProxy postgresProxy() {
    return postgresProxy;
  }

  TcpProxy kafkaProxy() {
    return kafkaProxy;
  }

  /** The broker, past the proxy. */
  String bootstrapServers() {
    return "127.0.0.1:" + kafkaPort;
  }

  /** The database, past the proxy. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl(DATABASE) + "?ApplicationName=chaos&socketTimeout=60",
        postgres.username(),
        postgres.password());
  }

  /** How often processes were started again. */
  int restarts() {
    return Stream.of(apis, workers, List.of(kafka))
        .flatMap(List::stream)
        .mapToInt(child -> child.starts() - 1)
        .sum();
  }

  /** Says whether an API, PostgreSQL and the broker answer at this moment. */
  boolean isWhole() {
    return postgres.isRunning() && isListening(kafkaPort) && urls.stream().anyMatch(this::isReady);
  }

  /** Waits until both APIs answer; for when everything is whole again. */
  void awaitReady() {
    urls.forEach(url -> awaitStart(url, () -> isReady(url)));
  }

  @Override
  public void close() {
    supervisor.shutdownNow();
    Stream.concat(apis.stream(), workers.stream())
        .parallel()
        .forEach(service -> service.close(STOP));
    kafka.close(STOP);
    postgresProxy.close();
    kafkaProxy.close();
    postgres.close();
    deleteTree(directory.resolve("postgres"));
    deleteTree(directory.resolve("kafka"));
  }

  /**
   * Has the server answer "no" to whoever wants a backend ended, as it does to a role without the
   * right: its own function is found only behind ours.
   */
  private void endNoBackends() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE SCHEMA endless;
          GRANT USAGE ON SCHEMA endless TO PUBLIC;
          CREATE FUNCTION endless.pg_terminate_backend(integer) RETURNS boolean
              LANGUAGE sql AS 'SELECT false';
          ALTER DATABASE %s SET search_path = public, endless, pg_catalog
          """
              .formatted(DATABASE));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same for the functions that end backends for the API, with a search path of their own. */
  private void endNoBackendsForOwners() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String function : List.of("end_backends_of_job", "end_holders_of_job")) {
        statement.execute(
            "ALTER FUNCTION %s(uuid, uuid) SET search_path = public, endless, pg_catalog, pg_temp"
                .formatted(function));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path logs() {
    return directory.resolve("logs");
  }

  private Path kafkaReady() {
    return directory.resolve("kafka.ready");
  }

  /** Catches everything: a timer never again calls a task that threw. */
  private void ensureRunning() {
    try {
      kafka.ensureRunning();
      apis.forEach(Child::ensureRunning);
      workers.forEach(Child::ensureRunning);
    } catch (RuntimeException e) {
      System.getLogger("chaos").log(System.Logger.Level.WARNING, "Could not start a process", e);
    }
  }

  private Child kafka(int behindProxy) {
    List<String> command = new ArrayList<>(List.of(java(), "-Xmx512m", guard()));
    command.addAll(
        List.of(
            "-cp",
            repository.resolve("local/target/rowledger-local.jar").toString(),
            "io.rowledger.local.KafkaMain",
            Integer.toString(kafkaPort),
            directory.resolve("kafka").toString(),
            kafkaReady().toString(),
            Integer.toString(behindProxy),
            Integer.toString(kafkaProxy.port())));
    return new Child("kafka", command, Map.of(), logs().resolve("kafka.log"));
  }

  private Child service(String module, int number, int port, Map<String, String> common) {
    List<String> command = Packaged.in(services, module).guarded(Packaged.GUARD, SERVICE_JVM);
    Map<String, String> environment = new HashMap<>(common);
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    String name = module + "-" + number;
    return new Child(name, command, environment, logs().resolve(name + ".log"));
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_HTTP_HOST", "localhost");
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + kafkaProxy.port());
    environment.put("ROWLEDGER_STARTUP_ALLOW", EmbeddedKafkaBroker.ALLOW);
    environment.put("QUARKUS_OIDC_TENANT_ENABLED", "false");
    environment.put("ROWLEDGER_BOOTSTRAP_ADMIN_KEY", adminKey);
    environment.put("ROWLEDGER_CRYPTO_MASTER_KEY", random(Base64.getEncoder()));
    return environment;
  }

  private Map<String, String> apiLogin() {
    String url = urlBehindProxy();
    return Map.of(
        "QUARKUS_DATASOURCE_JDBC_URL",
        url,
        "QUARKUS_DATASOURCE_USERNAME",
        DatabaseRoles.API,
        "QUARKUS_DATASOURCE_PASSWORD",
        postgres.password(),
        "QUARKUS_FLYWAY_JDBC_URL",
        url,
        "QUARKUS_FLYWAY_USERNAME",
        DatabaseRoles.MIGRATOR,
        "QUARKUS_FLYWAY_PASSWORD",
        postgres.password());
  }

  private Map<String, String> workerLogin() {
    return Map.of(
        "QUARKUS_DATASOURCE_JDBC_URL", urlBehindProxy(),
        "QUARKUS_DATASOURCE_USERNAME", DatabaseRoles.WORKER,
        "QUARKUS_DATASOURCE_PASSWORD", postgres.password());
  }

  private String urlBehindProxy() {
    return "jdbc:postgresql://127.0.0.1:" + postgresProxy.port() + "/" + DATABASE;
  }

  private static Map<String, String> with(Map<String, String> common, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(common);
    all.putAll(more);
    return all;
  }

  private boolean isReady(String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** Something that is so in the end. */
  private interface Condition {
    boolean holds();
  }

  private void awaitStart(String what, Condition condition) {
    long deadline = System.nanoTime() + START.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline || Thread.interrupted()) {
        throw new IllegalStateException(what + " did not start; see " + logs());
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  /** Ends a child when this JVM is gone, also when it was killed. */
  private String guard() {
    return "-javaagent:" + repository.resolve("local/target/rowledger-local-guard.jar");
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String random(Base64.Encoder encoder) {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return encoder.encodeToString(bytes);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "supervisor");
    thread.setDaemon(true);
    return thread;
  }

  private static void deleteTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
