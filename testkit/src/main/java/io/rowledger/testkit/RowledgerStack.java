package io.rowledger.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * PostgreSQL, Kafka and OIDC for {@code @QuarkusTest}: started once per JVM, shared by all test
 * classes, gone with the JVM. Tests keep out of each other's way by making organisations of their
 * own.
 *
 * <p>Use: {@code @QuarkusTestResource(RowledgerStack.class)}, and {@link #postgres()}, {@link
 * #kafka()} and {@link #oidc()} to reach the servers from a test.
 */
public final class RowledgerStack implements QuarkusTestResourceLifecycleManager {

  /** Starts on first use, once: the class initialiser's lock is the guard. */
  private static final class Shared {
    static final EmbeddedPostgresServer POSTGRES = EmbeddedPostgresServer.start();
    static final String DATABASE = POSTGRES.createDatabase();
    static final EmbeddedKafkaBroker KAFKA = EmbeddedKafkaBroker.start();
    static final OidcServer OIDC = OidcServer.start();
  }

  public static EmbeddedPostgresServer postgres() {
    return Shared.POSTGRES;
  }

  /** The name of the database the application under test uses. */
  public static String database() {
    return Shared.DATABASE;
  }

  public static EmbeddedKafkaBroker kafka() {
    return Shared.KAFKA;
  }

  public static OidcServer oidc() {
    return Shared.OIDC;
  }

  @Override
  public Map<String, String> start() {
    return Map.of(
        "quarkus.datasource.jdbc.url", postgres().jdbcUrl(database()),
        "quarkus.datasource.username", postgres().username(),
        "quarkus.datasource.password", postgres().password(),
        "kafka.bootstrap.servers", kafka().bootstrapServers(),
        "quarkus.oidc.auth-server-url", oidc().issuer(),
        "quarkus.oidc.tenant-enabled", "true");
  }

  /** Leaves everything running for the next test class; shutdown hooks end it with the JVM. */
  @Override
  public void stop() {}
}
