package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One installation, started as a user starts it: {@code java -jar rowledger-local.jar}. Its logs
 * stay in {@code target/stacks/<name>/logs} when it is closed.
 */
final class Stack implements AutoCloseable {
  /** More than the launcher itself is willing to wait. */
  private static final Duration START = Duration.ofMinutes(3);

  /** Short leases: a takeover is a matter of seconds, not of a minute. */
  static final String SHORT_LEASES =
      "-Drowledger.lease.duration=3s -Drowledger.lease.heartbeat=1s -Drowledger.lease.sweep=500ms";

  /** Slow clients are cut off within seconds. */
  static final String SHORT_PATIENCE =
      "-Drowledger.connection.head-timeout=3s -Drowledger.connection.body-grace=3s"
          + " -Drowledger.connection.write-timeout=3s -Drowledger.connection.drain-timeout=2s";

  private static final Pattern JDBC = Pattern.compile("([^?]+)\\?user=([^&]+)&password=([^&]+)");

  private final Process launcher;
  private final Path directory;
  private final Map<String, String> ready;
  private final Table table;

  private Stack(Process launcher, Path directory, Map<String, String> ready) {
    this.launcher = launcher;
    this.directory = directory;
    this.ready = ready;
    this.table = new Table(value("jdbc"));
  }

  /** An organisation that nobody else uses, and a key with which it may do everything. */
  record Tenant(UUID id, Api api) {}

  /**
   * Starts PostgreSQL, Kafka, the API and the workers, and waits until the API is ready.
   *
   * @param name of the directory under {@code target/stacks}
   * @param options of the launcher
   */
  static Stack start(String name, String... options) {
    Path root = Path.of(System.getProperty("rowledger.root")).normalize();
    Path directory = Path.of(System.getProperty("rowledger.work")).resolve(name);
    deleteTree(directory);
    Path output = directory.resolve("launcher.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Goes when we go, also when we are killed.
    command.add("-javaagent:" + root.resolve("local/target/rowledger-local-guard.jar"));
    command.add("-jar");
    command.add(root.resolve("local/target/rowledger-local.jar").toString());
    command.addAll(List.of("--http-port", "0", "--no-samples", "--data-dir", directory.toString()));
    if (Packaged.EXECUTABLES) {
      command.add("--native");
    }
    command.addAll(List.of(options));
    try {
      Files.createDirectories(directory);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      QuickJava.putInto(builder.environment());
      Process launcher = builder.start();
      launcher.getOutputStream().close();
      try {
        return new Stack(launcher, directory, awaitReady(launcher, output));
      } catch (RuntimeException | Error e) {
        launcher.destroy();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> awaitReady(Process launcher, Path output) {
    await("the launcher says READY in " + output)
        .atMost(START)
        .until(() -> readyLine(output).isPresent() || !launcher.isAlive());
    Map<String, String> values = new HashMap<>();
    String line = readyLine(output).orElseThrow(() -> new IllegalStateException("see " + output));
    for (String word : line.split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        values.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return values;
  }

  private static Optional<String> readyLine(Path output) {
    try (Stream<String> lines = Files.lines(output)) {
      return lines.filter(line -> line.startsWith("READY ")).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process that starts again what dies. */
  long launcherPid() {
    return launcher.pid();
  }

  String url() {
    return value("url");
  }

  /** The key of the platform's operator. */
  String adminKey() {
    return read("admin.key");
  }

  String kafka() {
    return value("kafka");
  }

  /** What a service of another version needs to work beside ours, as the launcher tells ours. */
  Map<String, String> environment() {
    Matcher jdbc = JDBC.matcher(value("jdbc"));
    assertThat(jdbc.matches()).as("JDBC URL with user and password").isTrue();
    return Map.of(
        "QUARKUS_DATASOURCE_JDBC_URL",
        jdbc.group(1),
        "QUARKUS_DATASOURCE_USERNAME",
        jdbc.group(2),
        "QUARKUS_DATASOURCE_PASSWORD",
        jdbc.group(3),
        "KAFKA_BOOTSTRAP_SERVERS",
        kafka(),
        "ROWLEDGER_STARTUP_ALLOW",
        EmbeddedKafkaBroker.ALLOW,
        "ROWLEDGER_CRYPTO_MASTER_KEY",
        read("master.key"));
  }

  /** With user and password. */
  String jdbcUrl() {
    return value("jdbc");
  }

  /** What the keys of uploads are wrapped with. */
  String masterKey() {
    return read("master.key");
  }

  /** What a child has written to its log so far. */
  List<String> log(String child) {
    try {
      return Files.readAllLines(logFile(child));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The log of a child, or of a process that a test has started beside them. */
  Path logFile(String child) {
    return directory.resolve("logs").resolve(child + ".log");
  }

  Table table() {
    return table;
  }

  Tenant newTenant() {
    Api admin = new Api(url(), adminKey());
    String key = "org-" + UUID.randomUUID();
    Api.Answer made =
        admin.post(
            "/admin/organizations", "{\"orgKey\":\"%s\",\"name\":\"%s\"}".formatted(key, key));
    assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
    JsonNode organization = made.body().path("organization");
    String id = organization.path("id").asText();
    Api.Answer issued =
        admin.post(
            "/admin/organizations/" + id + "/api-keys",
            """
            {"name":"test","permissions":["transactions:create","entities:bulk_import",
             "entities:create","events:create","organization:manage"]}
            """);
    assertThat(issued.status()).as(issued.body().toString()).isEqualTo(201);
    return new Tenant(
        UUID.fromString(id), new Api(value("url"), issued.body().path("key").asText()));
  }

  /** Kills the api-service and waits until the one that takes its place is ready. */
  void restartTheApi() {
    long killed = pid("api-service");
    Api anybody = new Api(url(), "none");
    signal("KILL", killed);
    await("the api-service is ready again")
        .atMost(Duration.ofMinutes(2))
        .ignoreException(UncheckedIOException.class)
        .until(
            () -> pid("api-service") != killed && anybody.get("/q/health/ready").status() == 200);
  }

  /** The process id of a child: kafka, postgres, api-service, import-worker-1 and so on. */
  long pid(String child) {
    return Long.parseLong(read(child + ".pid").strip());
  }

  /** Waits until a worker, which may just be starting again, claims jobs. */
  void awaitAtWork(String worker) {
    await(worker + " claims jobs")
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              String name = "worker-" + pid(worker) + "-";
              return ProcessHandle.of(pid(worker)).isPresent()
                  && log(worker).stream()
                      .anyMatch(line -> line.contains(name) && line.contains("claims jobs"));
            });
  }

  /** Waits until the API, which may just be starting again, is ready. */
  void awaitReady() {
    Api anybody = new Api(url(), "none");
    await("the API is ready")
        .atMost(START)
        .ignoreException(UncheckedIOException.class)
        .until(() -> anybody.get("/q/health/ready").status() == 200);
  }

  /** What the launcher has said so far. */
  List<String> said() {
    try {
      return Files.readAllLines(directory.resolve("launcher.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a signal such as KILL, STOP or CONT. */
  static void signal(String signal, long pid) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
              .inheritIO()
              .start()
              .waitFor();
      assertThat(code).as("kill -%s %d", signal, pid).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    launcher.destroy();
    try {
      if (!launcher.waitFor(60, TimeUnit.SECONDS)) {
        launcher.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      launcher.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    deleteTree(directory.resolve("postgres"));
    deleteTree(directory.resolve("kafka"));
  }

  private String value(String key) {
    String value = ready.get(key);
    if (value == null) {
      throw new IllegalStateException("READY says nothing of " + key);
    }
    return value;
  }

  private String read(String file) {
    try {
      return Files.readString(directory.resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
