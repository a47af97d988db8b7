package io.rowledger.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, Kafka and OIDC for {@code @QuarkusTest}: started once and shared by all test classes
 * that share an application. Tests keep out of each other's way by making organisations of their
 * own.
 *
 * <p>Use: {@code @QuarkusTestResource(RowledgerStack.class)}, and {@link #postgres()}, {@link
 * #kafka()} and {@link #oidc()} to reach the servers from a test; plain tests may call them without
 * the annotation. The application logs in with the API's role; {@link WorkerStack} is for workers.
 * Quarkus loads tests with a class loader per application, so a test profile gets servers, and a
 * database, of its own. The application must set {@code quarkus.devservices.enabled=false}: it is
 * built before any resource starts, and Quarkus would look for Docker.
 */
public class RowledgerStack implements QuarkusTestResourceLifecycleManager {

  private static @Nullable Servers servers;

  private record Servers(
      EmbeddedPostgresServer postgres,
      String database,
      EmbeddedKafkaBroker kafka,
      OidcServer oidc) {

    static Servers start() {
      EmbeddedPostgresServer postgres = EmbeddedPostgresServer.builder().forgetful().start();
      String database = postgres.createDatabase();
      DatabaseRoles.prepare(postgres, database);
      return new Servers(postgres, database, EmbeddedKafkaBroker.start(), OidcServer.start());
    }

    void close() {
      oidc.close();
      kafka.close();
      postgres.close();
    }
  }

  /** The database server, started on first use. */
  public static EmbeddedPostgresServer postgres() {
    return servers().postgres();
  }

  /** The name of the database the application under test uses. */
  public static String database() {
    return servers().database();
  }

  /** The broker, started on first use. */
  public static EmbeddedKafkaBroker kafka() {
    return servers().kafka();
  }

  /** The OpenID provider, started on first use. */
  public static OidcServer oidc() {
    return servers().oidc();
  }

  private static synchronized Servers servers() {
    if (servers == null) {
      servers = Servers.start();
    }
    return servers;
  }

  /** Whom the application logs in as. */
  Map<String, String> login() {
    return DatabaseRoles.settingsOfApi(postgres(), database());
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> config = new HashMap<>(login());
    config.put("kafka.bootstrap.servers", kafka().bootstrapServers());
    config.put(
        "rowledger.startup.allow",
        EmbeddedKafkaBroker.ALLOW + "," + EmbeddedPostgresServer.FORGETFUL_ALLOW);
    config.put("quarkus.oidc.auth-server-url", oidc().issuer());
    config.put("quarkus.oidc.tenant-enabled", "true");
    config.put("rowledger.rows.warm-up", "false");
    // Quarkus sets its own levels when it starts, after ours.
    QuietLogs.LEVELS.forEach(
        (category, level) ->
            config.put("quarkus.log.category.\"" + category + "\".level", level.getName()));
    return config;
  }

  /** Called when the application ends, not after each test class. */
  @Override
  public void stop() {
    synchronized (RowledgerStack.class) {
      if (servers != null) {
        servers.close();
        servers = null;
      }
    }
  }
}
