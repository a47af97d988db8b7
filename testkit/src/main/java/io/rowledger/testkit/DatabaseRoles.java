package io.rowledger.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The roles of production in a database of ours, made by the very script that an administrator
 * runs. The server trusts local connections: any password will do.
 */
public final class DatabaseRoles {

  /** Owns the schema. */
  public static final String MIGRATOR = "rowledger_migrator";

  public static final String API = "rowledger_api";
  public static final String WORKER = "rowledger_worker";

  /** What {@link #API} becomes for work that no caller asked for; nobody logs in as it. */
  public static final String SYSTEM = "rowledger_system";

  private DatabaseRoles() {}

  /** Makes the roles, and gives them their rights in this database. May be called again. */
  public static synchronized void prepare(EmbeddedPostgresServer server, String database) {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(script());
    } catch (SQLException e) {
      throw new IllegalStateException("Could not make the roles in " + database, e);
    }
  }

  /** What api-service is told: one user to serve with, one to migrate with. */
  public static Map<String, String> settingsOfApi(EmbeddedPostgresServer server, String database) {
    return Map.of(
        "quarkus.datasource.jdbc.url", server.jdbcUrl(database),
        "quarkus.datasource.username", API,
        "quarkus.datasource.password", server.password(),
        "quarkus.flyway.jdbc-url", server.jdbcUrl(database),
        "quarkus.flyway.username", MIGRATOR,
        "quarkus.flyway.password", server.password());
  }

  /** What import-worker is told. */
  public static Map<String, String> settingsOfWorker(
      EmbeddedPostgresServer server, String database) {
    return Map.of(
        "quarkus.datasource.jdbc.url", server.jdbcUrl(database),
        "quarkus.datasource.username", WORKER,
        "quarkus.datasource.password", server.password());
  }

  private static String script() {
    try (InputStream script = DatabaseRoles.class.getResourceAsStream("roles.sql")) {
      if (script == null) {
        throw new IllegalStateException("roles.sql is not where it belongs");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
