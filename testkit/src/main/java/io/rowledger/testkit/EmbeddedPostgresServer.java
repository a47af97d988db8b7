package io.rowledger.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL 18 server in processes of its own, on a free port, as durable as in production.
 *
 * <p>The library underneath starts its servers with {@code -F} and without synchronous commit,
 * because most tests want speed. Ours claim that a commit survives a crash, which would be worth
 * nothing on such a server: both are switched on again and a test checks them.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {
  /** {@code rowledger.startup.allow} of a service that is to work with a forgetful server. */
  public static final String FORGETFUL_ALLOW =
      "postgresql-fsync,postgresql-full-page-writes,postgresql-synchronous-commit";

  private static final String USERNAME = "postgres";
  private static final String DEFAULT_DATABASE = "postgres";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final int START_ATTEMPTS = 5;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private final Path dataDirectory;
  private final int port;
  private final boolean temporary;
  private final Map<String, String> settings;
  private final ProcessBuilder.Redirect log;
  private @Nullable EmbeddedPostgres running;
  private @Nullable CloseAtExit closeAtExit;

  private EmbeddedPostgresServer(Builder builder) {
    temporary = builder.dataDirectory == null;
    dataDirectory =
        builder.dataDirectory == null
            ? Directories.temporary("rowledger-postgres-").resolve("data")
            : builder.dataDirectory.toAbsolutePath();
    port = builder.port == 0 ? FreePorts.next() : builder.port;
    settings = Map.copyOf(builder.settings);
    log =
        builder.logFile == null
            ? ProcessBuilder.Redirect.DISCARD
            : ProcessBuilder.Redirect.appendTo(builder.logFile.toFile());
  }

  /** How a server is made to go. */
  public enum StopMode {
    /** Ends every session, writes a checkpoint, exits. */
    FAST("INT"),
    /** Exits at once without a checkpoint, as in a crash: the next start recovers from the WAL. */
    IMMEDIATE("QUIT");

    private final String signal;

    StopMode(String signal) {
      this.signal = signal;
    }
  }

  /** Starts a server with the defaults: temporary directory, free port, odd time zone. */
  public static EmbeddedPostgresServer start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What may differ from the defaults. */
  public static final class Builder {
    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable Path dataDirectory;
    private @Nullable Path logFile;
    private int port;
    private boolean closeAtExit = true;

    private Builder() {
      settings.put("fsync", "on");
      settings.put("synchronous_commit", "on");
      settings.put("full_page_writes", "on");
      settings.put("max_connections", "300");
      // Nobody's default: code that forgets a zone gives wrong answers here and not only abroad.
      settings.put("timezone", "America/Los_Angeles");
      settings.put("listen_addresses", "127.0.0.1");
      // As in production: the server's log must not quote the rows that it refuses.
      settings.put("log_error_verbosity", "terse");
      settings.put("log_parameter_max_length", "0");
      settings.put("log_parameter_max_length_on_error", "0");
    }

    /** Keeps the data here, across runs; without it they go with {@link #close()}. */
    public Builder dataDirectory(Path directory) {
      this.dataDirectory = directory;
      return this;
    }

    /** Appends the server's own log to this file, whose directory must exist. */
    public Builder logFile(Path file) {
      this.logFile = file;
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

    /** Sets the time zone of sessions whose client does not name one. */
    public Builder timeZone(String zone) {
      return setting("timezone", zone);
    }

    /**
     * Lets commits not wait for the disk: quicker, for tests that never crash the server. A service
     * works with it only when it is told {@link #FORGETFUL_ALLOW}.
     */
    public Builder forgetful() {
      return setting("fsync", "off")
          .setting("synchronous_commit", "off")
          .setting("full_page_writes", "off");
    }

    /** Sets a parameter of {@code postgresql.conf}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * Starts the server and waits until it answers.
     *
     * @throws IllegalStateException when it does not come up within a minute
     */
    public EmbeddedPostgresServer start() {
      EmbeddedPostgresServer server = new EmbeddedPostgresServer(this);
      server.resume();
      if (closeAtExit) {
        server.closeAtExit = new CloseAtExit(server, "stop-postgres");
      }
      return server;
    }
  }

  /** The JDBC URL of the database that always exists, without credentials. */
  public String jdbcUrl() {
    return jdbcUrl(DEFAULT_DATABASE);
  }

  /** The JDBC URL of one database, without credentials. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public String username() {
    return USERNAME;
  }

  /** Any password will do: the server trusts local connections. */
  public String password() {
    return USERNAME;
  }

  public int port() {
    return port;
  }

  /**
   * The process id of the postmaster.
   *
   * @throws IllegalStateException when the server is stopped
   */
  public long pid() {
    return postmaster()
        .map(ProcessHandle::pid)
        .orElseThrow(() -> new IllegalStateException("PostgreSQL is stopped"));
  }

  /** Says whether the postmaster lives. */
  public boolean isRunning() {
    return postmaster().isPresent();
  }

  /** Opens a connection to the database that always exists; the caller closes it. */
  public Connection connect() throws SQLException {
    return connect(DEFAULT_DATABASE);
  }

  /** Opens a connection to one database; the caller closes it. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), USERNAME, USERNAME);
  }

  /** Creates an empty database and returns its name. */
  public String createDatabase() {
    String name = "db_" + UUID.randomUUID().toString().replace('-', '_');
    createDatabase(name);
    return name;
  }

  /** Creates an empty database of that name: lower-case letters, digits and underscores. */
  public void createDatabase(String name) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
    } catch (SQLException e) {
      throw new IllegalStateException("Could not create the database " + name, e);
    }
  }

  /** Stops the server and waits until its process is gone; does nothing when it is stopped. */
  public synchronized void stop(StopMode mode) {
    stopPostmaster(mode);
    forgetStopped();
  }

  /** Starts a stopped (or crashed) server again: same port, same data. */
  public synchronized void resume() {
    if (running != null && isRunning()) {
      return;
    }
    QuietLogs.apply();
    // A launcher that was killed leaves its server behind, and two on one directory cannot be.
    stop(StopMode.FAST);
    RuntimeException last = new IllegalStateException("PostgreSQL did not start on " + port);
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      try {
        running = startServer();
        return;
      } catch (IOException | IllegalStateException e) {
        // The backends of a killed postmaster hold its shared memory until they notice.
        last.addSuppressed(e);
        pause();
      }
    }
    throw last;
  }

  /** Stops the server in the given mode and starts it again in place. */
  public synchronized void restart(StopMode mode) {
    stop(mode);
    resume();
  }

  /** Stops the server for good; temporary data are deleted, given directories stay. */
  @Override
  public synchronized void close() {
    if (closeAtExit != null) {
      closeAtExit.cancel();
    }
    stop(StopMode.FAST);
    if (temporary) {
      Directories.deleteTree(dataDirectory.getParent());
    }
  }

  private EmbeddedPostgres startServer() throws IOException {
    Files.createDirectories(dataDirectory);
    // The library never releases its lock on a directory in which a start failed.
    Files.deleteIfExists(dataDirectory.resolve("epg-lock"));
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(dataDirectory)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(START_TIMEOUT)
            .setOutputRedirector(log)
            .setErrorRedirector(log)
            .setPort(port);
    settings.forEach(builder::setServerConfig);
    return builder.start();
  }

  /**
   * The living postmaster of our directory. The process the library knows is {@code pg_ctl}, which
   * ends as soon as the server is up; only the server's own file names the right one.
   */
  private Optional<ProcessHandle> postmaster() {
    try (Stream<String> lines = Files.lines(dataDirectory.resolve("postmaster.pid"))) {
      return lines
          .findFirst()
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
          // A process without a command is one that ended and that nobody has waited for.
          .filter(handle -> handle.info().command().orElse("").contains("postgres"));
    } catch (NoSuchFileException stopped) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void stopPostmaster(StopMode mode) {
    postmaster().ifPresent(handle -> signal(handle, mode));
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    while (isRunning()) {
      if (System.nanoTime() > deadline) {
        postmaster().ifPresent(ProcessHandle::destroyForcibly);
      }
      pause();
    }
  }

  private void forgetStopped() {
    EmbeddedPostgres stopped = running;
    running = null;
    if (stopped != null) {
      try {
        // Only releases the library's lock file: there is nothing left to stop.
        stopped.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while PostgreSQL started or stopped", e);
    }
  }

  /** Java knows TERM and KILL only, and TERM would wait for every client to leave. */
  private static void signal(ProcessHandle postmaster, StopMode mode) {
    List<String> command =
        isWindows()
            ? List.of("taskkill", "/F", "/T", "/PID", Long.toString(postmaster.pid()))
            : List.of("kill", "-" + mode.signal, Long.toString(postmaster.pid()));
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      postmaster.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isWindows() {
    return java.io.File.separatorChar == '\\';
  }
}
