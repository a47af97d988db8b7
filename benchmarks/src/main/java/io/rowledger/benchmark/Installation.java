package io.rowledger.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL, Kafka, one api-service and one import-worker, as the launcher starts them. */
final class Installation implements AutoCloseable {

  private static final Pattern READY =
      Pattern.compile("READY url=(\\S+) apiKey=(\\S+) jdbc=(\\S+) kafka=(\\S+)");

  private static final Pattern LOGIN = Pattern.compile("([^?]+)\\?user=([^&]+)&password=([^&]+)");

  private final Process launcher;
  private final Path data;
  private final String url;
  private final String apiKey;
  private final String jdbc;
  private final String kafka;

  private Installation(Process launcher, Path data, Matcher ready) {
    this.launcher = launcher;
    this.data = data;
    this.url = ready.group(1);
    this.apiKey = ready.group(2);
    this.jdbc = ready.group(3);
    this.kafka = ready.group(4);
  }

  /**
   * Starts it and waits until the API answers.
   *
   * @param launcherJar the launcher, packaged beside the services
   * @param directory where data and logs go; emptied first
   */
  static Installation start(Path launcherJar, Path directory) throws IOException {
    delete(directory);
    Process launcher =
        new ProcessBuilder(
                "java",
                "-jar",
                launcherJar.toString(),
                "--http-port",
                "0",
                "--no-samples",
                "--data-dir",
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
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
        return new Installation(launcher, directory, ready);
      }
    }
    throw new IOException("the launcher ended without becoming ready");
  }

  String url() {
    return url;
  }

  String apiKey() {
    return apiKey;
  }

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

  /** Resident memory of a service at its peak, in MiB, as Linux counts it. */
  long peakMemory(String service) throws IOException {
    String pid = Files.readString(data.resolve(service + ".pid")).strip();
    List<String> status = Files.readAllLines(Path.of("/proc", pid, "status"));
    for (String line : status) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("no VmHWM for " + service);
  }

  @Override
  public void close() throws IOException {
    launcher.destroy();
    launcher.onExit().join();
    delete(data);
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
      Files.delete(path);
    }
  }
}
