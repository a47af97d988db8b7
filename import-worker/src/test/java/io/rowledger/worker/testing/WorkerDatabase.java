package io.rowledger.worker.testing;

import io.rowledger.core.job.JobId;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Session;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.worker.target.Scope;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** A database with our schema; one for all plain tests of this JVM, each with its organisations. */
public final class WorkerDatabase {

  /** Held because loggers are weakly referenced. */
  private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

  private static final PGSimpleDataSource SOURCE = migrated();

  private WorkerDatabase() {}

  private static PGSimpleDataSource migrated() {
    FLYWAY.setLevel(Level.WARNING);
    EmbeddedPostgresServer server = EmbeddedPostgresServer.builder().forgetful().start();
    PGSimpleDataSource source = new PGSimpleDataSource();
    String database = server.createDatabase();
    DatabaseRoles.prepare(server, database);
    source.setUrl(server.jdbcUrl(database));
    source.setUser(server.username());
    source.setPassword(server.password());
    Flyway.configure()
        .dataSource(source.getUrl(), DatabaseRoles.MIGRATOR, DatabaseRoles.MIGRATOR)
        .locations("classpath:db/migration")
        .load()
        .migrate();
    return source;
  }

  public static Database database() {
    return new Database(SOURCE);
  }

  /** What another role sees of it. */
  public static Database database(String role) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(SOURCE.getUrl());
    source.setUser(role);
    source.setPassword(role);
    return new Database(source);
  }

  public static Session session() {
    return Session.open(SOURCE);
  }

  /** A new organisation and the id of a job. Records need no row of the job itself. */
  public static Scope scope() {
    UUID organization = UUID.randomUUID();
    database()
        .run(
            tx ->
                tx.update(
                    "INSERT INTO organization (id, org_key, name) VALUES (?, ?, 'Test')",
                    organization,
                    "org-" + organization));
    return new Scope(new OrgId(organization), new JobId(UUID.randomUUID()));
  }

  /** Another job of the same organisation. */
  public static Scope anotherJob(Scope scope) {
    return new Scope(scope.organization(), new JobId(UUID.randomUUID()));
  }

  /** The one text that a query yields. */
  public static String text(String sql, Object... parameters) {
    return database()
        .transaction(tx -> tx.queryOne(sql, row -> row.getString(1), parameters).orElseThrow());
  }
}
