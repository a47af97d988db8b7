package io.rowledger.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL, Kafka, one api-service and its import-workers, as the launcher starts them. */
final class Installation implements AutoCloseable {

  static final String API = "api-service";
  static final String WORKER = "import-worker-1";

  private static final Pattern READY =
      Pattern.compile("READY url=(\\S+) apiKey=(\\S+) jdbc=(\\S+) kafka=(\\S+)");

  private static final Pattern LOGIN = Pattern.compile("([^?]+)\\?user=([^&]+)&password=([^&]+)");

  private final Process launcher;
  private final Path data;
  private final URI service;
  private final String apiKey;
  private final String jdbc;
  private final String kafka;

  private Installation(Process launcher, Path data, Matcher ready) {
    this.launcher = launcher;
    this.data = data;
    this.service = URI.create(ready.group(1));
    this.apiKey = ready.group(2);
    this.jdbc = ready.group(3);
    this.kafka = ready.group(4);
  }

  /**
   * Starts it with empty tables and waits until the API answers.
   *
   * @param workers import-workers, from 0
   */
  static Installation start(Settings settings, int workers) throws IOException, SQLException {
    Path data = Settings.WORK.resolve("data").toAbsolutePath();
    delete(data);
    Files.createDirectories(data.getParent());
    List<String> command =
        new ArrayList<>(List.of(java(), "-jar", Settings.LAUNCHER.toString(), "--no-samples"));
    command.addAll(List.of("--http-port", "0", "--data-dir", data.toString()));
    command.addAll(List.of("--workers", Integer.toString(workers)));
    command.addAll(List.of("--api-heap", settings.apiHeap()));
    command.addAll(List.of("--worker-heap", settings.workerHeap()));
    if (!settings.apiJavaOpts().isBlank()) {
      command.addAll(List.of("--api-java-opts", settings.apiJavaOpts()));
    }
    if (!settings.workerJavaOpts().isBlank()) {
      command.addAll(List.of("--worker-java-opts", settings.workerJavaOpts()));
    }
    Process launcher =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // A run that is given up takes it along.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(launcher), "launcher-end"));
    // Not closed: that would close the pipe, and the launcher would fail at its next line.
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        Thread drain = new Thread(() -> out.lines().forEach(rest -> {}), "launcher-output");
        drain.setDaemon(true);
        drain.start();
        Installation installation = new Installation(launcher, data, ready);
        // The limits of an organisation are above what people send and below what is sent here.
        installation.execute(
            "UPDATE organization SET max_rows_per_file = 2000000000, max_bytes = 100000000000,"
                + " max_open_jobs = 10000");
        return installation;
      }
    }
    throw new IOException("the launcher ended without becoming ready; see " + data);
  }

  /** The command that starts a JVM like ours. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A client of the organisation that is there from the start. */
  ImportClient client() {
    return new ImportClient(service, apiKey);
  }

  /** A client of an organisation of its own. */
  ImportClient newOrganization(String name) throws SQLException {
    String key = "rl_local_" + name + "x".repeat(43);
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                WITH made AS (
                    INSERT INTO organization (id, org_key, name, max_rows_per_file, max_bytes,
                                              max_open_jobs)
                    VALUES (uuidv7(), ?, ?, 2000000000, 100000000000, 10000) RETURNING id)
                INSERT INTO api_key (id, organization_id, name, key_hash, permissions)
                SELECT uuidv7(), id, 'benchmark', ?,
                       '{transactions:create,entities:bulk_import,entities:create,events:create}'
                  FROM made
                """)) {
      insert.setString(1, name);
      insert.setString(2, name);
      insert.setBytes(3, sha256(key));
      insert.executeUpdate();
    }
    return new ImportClient(service, key);
  }

  private static byte[] sha256(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** With the credentials of the owner of the tables in it. */
  String jdbc() {
    return jdbc;
  }

  /** The environment of one more service of this installation. */
  Map<String, String> settings() throws IOException {
    Matcher login = LOGIN.matcher(jdbc);
    if (!login.matches()) {
      throw new IOException("not a URL with user and password: " + jdbc);
    }
    return Map.of(
        "QUARKUS_DATASOURCE_JDBC_URL",
        login.group(1),
        "QUARKUS_DATASOURCE_USERNAME",
        login.group(2),
        "QUARKUS_DATASOURCE_PASSWORD",
        login.group(3),
        "QUARKUS_OIDC_TENANT_ENABLED",
        "false",
        "KAFKA_BOOTSTRAP_SERVERS",
        kafka,
        // One broker.
        "ROWLEDGER_STARTUP_ALLOW",
        "kafka-replication-factor,kafka-min-insync-replicas",
        "ROWLEDGER_BOOTSTRAP_ORGANIZATION",
        "local",
        "ROWLEDGER_BOOTSTRAP_API_KEY",
        apiKey,
        "ROWLEDGER_CRYPTO_MASTER_KEY",
        Files.readString(data.resolve("master.key")).strip());
  }

  String kafka() {
    return kafka;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbc);
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The one value of a query. */
  String text(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Empties the tables of records; what is written next pays for no earlier checkpoint. */
  void clear(Kind... kinds) throws SQLException {
    for (Kind kind : kinds) {
      execute("TRUNCATE " + kind.table());
    }
    execute("CHECKPOINT");
  }

  List<SampleFile.Entity> entities(int most) throws SQLException {
    List<SampleFile.Entity> found = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, external_id FROM entities ORDER BY id LIMIT " + most);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(new SampleFile.Entity(rows.getObject(1, UUID.class), rows.getString(2)));
      }
    }
    return found;
  }

  /** Resident memory of a service at its peak, in MiB, as Linux counts it. */
  long peakMemory(String process) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", pid(process), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("no VmHWM for " + process);
  }

  /** Ends a process, which the launcher starts again, and waits for the new one to answer. */
  void renew(String process) throws IOException {
    String old = pid(process);
    ProcessHandle.of(Long.parseLong(old)).ifPresent(ProcessHandle::destroy);
    while (pid(process).equals(old)) {
      LockSupport.parkNanos(50_000_000);
    }
    if (process.equals(API)) {
      awaitApi();
    }
  }

  private void awaitApi() {
    while (true) {
      try (HttpConnection connection = client().open()) {
        if (connection.get("/q/health/ready").status() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // Nobody listens until the service is up.
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  private String pid(String process) throws IOException {
    return Files.readString(data.resolve(process + ".pid")).strip();
  }

  @Override
  public void close() throws IOException {
    end(launcher);
    delete(data);
  }

  private static void end(Process launcher) {
    launcher.destroy();
    launcher.onExit().join();
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
