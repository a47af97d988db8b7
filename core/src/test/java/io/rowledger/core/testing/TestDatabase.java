package io.rowledger.core.testing;

import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Session;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedPostgresServer;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database with our schema on the PostgreSQL all tests of this JVM share. A claim looks at the
 * jobs of everybody, so a test class that claims needs a database and not only an organisation.
 */
public final class TestDatabase {

  /** Rows of every chunk that {@link #job} makes. */
  public static final int ROWS_PER_CHUNK = 10;

  private static final class Shared {
    static final EmbeddedPostgresServer POSTGRES =
        EmbeddedPostgresServer.builder().forgetful().start();
  }

  private final PGSimpleDataSource dataSource = new PGSimpleDataSource();

  /** Twenty lines per database, held because loggers are weakly referenced. */
  private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

  private TestDatabase() {
    FLYWAY.setLevel(Level.WARNING);
    EmbeddedPostgresServer server = Shared.POSTGRES;
    String database = server.createDatabase();
    DatabaseRoles.prepare(server, database);
    dataSource.setUrl(server.jdbcUrl(database));
    dataSource.setUser(server.username());
    dataSource.setPassword(server.password());
    Flyway.configure()
        .dataSource(dataSource(DatabaseRoles.MIGRATOR))
        .locations("classpath:db/migration")
        .load()
        .migrate();
  }

  public static TestDatabase create() {
    return new TestDatabase();
  }

  public DataSource dataSource() {
    return dataSource;
  }

  /** The same database for another role than the administrator's. */
  public DataSource dataSource(String role) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(dataSource.getUrl());
    source.setUser(role);
    source.setPassword(role);
    return source;
  }

  public Database database() {
    return new Database(dataSource);
  }

  /** What a worker has: its backend can be ended for the owner of a job. */
  public Session openWorkerSession() {
    return Session.open(dataSource(DatabaseRoles.WORKER));
  }

  public Session openSession() {
    return Session.open(dataSource);
  }

  /** Forgets every job, so that a claim sees those of one test only. */
  public void clear() {
    execute("TRUNCATE organization, outbox, outbox_dead_letter, entities, transactions CASCADE");
  }

  public void execute(String sql) {
    database().run(tx -> tx.execute(sql));
  }

  public OrgId organization() {
    UUID id = UUID.randomUUID();
    database()
        .run(
            tx ->
                tx.update(
                    "INSERT INTO organization (id, org_key, name) VALUES (?, ?, ?)",
                    id,
                    "org-" + id,
                    "Test"));
    return new OrgId(id);
  }

  /** An upload whose index has so many chunks of {@link #ROWS_PER_CHUNK} rows. */
  public UUID upload(OrgId organization, int chunks) {
    UUID id = UUID.randomUUID();
    database()
        .run(
            tx -> {
              tx.update(
                  """
                  INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, sealed_key, expires_at)
                  VALUES (?, ?, '{}', 'rows', '1', '\\x00', clock_timestamp() + interval '1 day')
                  """,
                  id,
                  organization.value());
              tx.update(
                  """
                  INSERT INTO upload_chunk
                  SELECT ?, n, 1, n * 10 + 2, 10, 0, n FROM generate_series(0, ? - 1) AS n
                  """,
                  id,
                  chunks);
            });
    return id;
  }

  public JobId job(OrgId organization, int chunks) {
    return job(organization, chunks, ErrorHandling.CONTINUE_COLLECT_ERRORS, 1);
  }

  /** A queued job. */
  public JobId job(OrgId organization, int chunks, ErrorHandling handling, int codecVersion) {
    JobId id = new JobId(UUID.randomUUID());
    UUID upload = upload(organization, chunks);
    database()
        .run(
            tx ->
                new JobRepository()
                    .insert(
                        tx,
                        new NewJob(
                            id,
                            organization,
                            upload,
                            JobKind.TRANSACTION,
                            chunks * ROWS_PER_CHUNK,
                            chunks,
                            handling,
                            "{}",
                            "{}",
                            "{\"fileName\":\"a.csv\",\"secret\":\"x\"}",
                            codecVersion,
                            "tester",
                            false,
                            null,
                            Lineage.NONE)));
    return id;
  }

  /** Makes a queued job wait for another one. */
  public void runAfter(JobId job, JobId dependency) {
    execute("UPDATE import_job SET after_job = '" + dependency + "' WHERE id = '" + job + "'");
  }

  public JobView view(OrgId organization, JobId id) {
    return database()
        .transaction(tx -> new JobRepository().find(tx, organization, id).orElseThrow());
  }
}
