package io.rowledger.worker.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rowledger.core.chunk.ChunkCodec;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.ChunkWriter;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.testkit.RowledgerStack;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/**
 * Whole jobs for the worker that runs in this JVM: what the api-service would have stored. Each
 * file is a chunk of its own, and a transaction takes four of them.
 */
@ApplicationScoped
public class Imports {

  private final Database database;
  private final ChunkLog log;
  private final UploadRepository uploads;
  private final JobRepository jobs;

  Imports(ChunkLog log, UploadRepository uploads, JobRepository jobs) {
    this.database = Everything.database();
    this.log = log;
    this.uploads = uploads;
    this.jobs = jobs;
  }

  /** Makes the schema, once for all tests. */
  public static void migrate() {
    EmbeddedPostgresServer server = RowledgerStack.postgres();
    Flyway.configure()
        .dataSource(
            server.jdbcUrl(RowledgerStack.database()),
            DatabaseRoles.MIGRATOR,
            DatabaseRoles.MIGRATOR)
        .locations("classpath:db/migration")
        .load()
        .migrate();
  }

  public OrgId organization() {
    OrgId organization = new OrgId(UUID.randomUUID());
    database.run(
        tx ->
            tx.update(
                "INSERT INTO organization (id, org_key, name) VALUES (?, ?, 'Test')",
                organization.value(),
                "org-" + organization.value()));
    return organization;
  }

  /**
   * What to import.
   *
   * @param files the lines of each, cells separated by commas; rows are numbered from 2
   */
  public record Import(
      JobKind kind,
      ErrorHandling handling,
      JsonNode options,
      String header,
      List<List<String>> files) {

    int rows() {
      return files.stream().mapToInt(List::size).sum();
    }
  }

  public JobId submit(OrgId organization, Import what, boolean dryRun) {
    return submit(organization, what, dryRun, "SELECT ?");
  }

  /**
   * Submits a job that has a past already.
   *
   * @param past SQL with one parameter, the job's id, that runs before any worker sees the job
   */
  public JobId submit(OrgId organization, Import what, boolean dryRun, String past) {
    UUID upload = UUID.randomUUID();
    DataKey key = DataKey.random();
    List<ChunkRef> chunks = send(upload, key, what);
    JobId id = new JobId(UUID.randomUUID());
    database.run(
        tx -> {
          uploads.insert(
              tx, organization, upload, key, "[]", Instant.now().plus(Duration.ofDays(1)), chunks);
          jobs.insert(tx, job(id, organization, upload, what, chunks, dryRun));
          for (String statement : past.split(";", -1)) {
            tx.withConnection(
                connection -> {
                  try (var prepared = connection.prepareStatement(statement)) {
                    prepared.setObject(1, id.value());
                    return prepared.execute();
                  }
                });
          }
        });
    return id;
  }

  private List<ChunkRef> send(UUID upload, DataKey key, Import what) {
    List<String> columns = List.of(what.header().split(",", -1));
    try (ChunkWriter writer = log.begin(upload, key)) {
      for (int file = 0; file < what.files().size(); file++) {
        int number = 2;
        for (String line : what.files().get(file)) {
          RawRow row = RawRow.of(number++, Arrays.asList(line.split(",", -1)));
          writer.add(file + 1, CellFormat.TEXT, columns, row);
        }
      }
      return writer.finish();
    }
  }

  private static NewJob job(
      JobId id,
      OrgId organization,
      UUID upload,
      Import what,
      List<ChunkRef> chunks,
      boolean dryRun) {
    MappingTarget target =
        what.kind() == JobKind.ENTITY ? MappingTarget.ENTITY_MIXED : MappingTarget.TRANSACTION;
    return new NewJob(
        id,
        organization,
        upload,
        what.kind(),
        what.rows(),
        chunks.size(),
        what.handling(),
        what.options().toString(),
        Mapping.platform(target).toJson().toString(),
        JsonNodeFactory.instance.objectNode().toString(),
        ChunkCodec.WRITTEN,
        "a test",
        dryRun,
        null,
        Lineage.NONE);
  }

  /** Waits until the job has ended. */
  public JobView ended(OrgId organization, JobId id) {
    await().atMost(Duration.ofSeconds(60)).until(() -> view(organization, id).status().terminal());
    return view(organization, id);
  }

  public JobView view(OrgId organization, JobId id) {
    return database.transaction(tx -> jobs.find(tx, organization, id).orElseThrow());
  }

  /** Failures and skips of a job, one text for each. */
  public List<String> results(JobId id) {
    return database.transaction(
        tx ->
            tx.query(
                """
                SELECT concat_ws(' ', file_number, row_number, outcome, code, column_name, row_key, message)
                  FROM import_row_result WHERE job_id = ? ORDER BY file_number, row_number
                """,
                row -> row.getString(1),
                id.value()));
  }

  public int records(OrgId organization) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    """
                    SELECT (SELECT count(*) FROM transactions WHERE organization_id = o.id)
                         + (SELECT count(*) FROM entities WHERE organization_id = o.id)
                      FROM organization o WHERE o.id = ?
                    """,
                    row -> row.getInt(1),
                    organization.value())
                .orElseThrow());
  }
}
