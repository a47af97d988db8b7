package io.rowledger.core.job;

import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.trace.Traceparent;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads and creates rows of {@code import_job}. Whatever moves a job is {@link LeaseRepository}.
 */
@ApplicationScoped
public class JobRepository {

  /**
   * Of a job {@code j}: a worker may take it now. A dependency has to have completed; a look by its
   * key, and only for jobs that have one.
   */
  public static final String CLAIMABLE =
      """
      j.status IN ('queued', 'running') AND j.lease_owner IS NULL AND j.paused_at IS NULL
      AND (j.not_before IS NULL OR j.not_before <= clock_timestamp())
      AND (j.after_job IS NULL
           OR EXISTS (SELECT 1 FROM import_job d WHERE d.id = j.after_job AND d.status = 'completed'))
      """;

  /**
   * {@link WaitReason#TENANT_SHARE} is asked about waiting jobs only, and of the database: it is
   * the one thing about others that an organisation is told, a yes or no.
   */
  static final String VIEW_COLUMNS =
      """
      id, organization_id, kind, status, phase, total_items, succeeded, failed, skipped,
      lease_owner IS NOT NULL AS leased, heartbeat_at, lease_expires_at, not_before, attempt, metadata,
      created_by, cancelled_by, failure_code, failure_message, worker_error,
      created_at, started_at, updated_at, completed_at, clock_timestamp() AS as_of,
      dry_run, label, commit_of, retry_of, after_job, paused_at, wait_reason,
      next_chunk, chunk_count, measured_from, measured_from_chunk, error_handling,
      (SELECT u.expires_at FROM upload u
        WHERE u.id = import_job.upload_id AND u.sealed_key IS NOT NULL) AS rows_expire_at,
      (SELECT d.status FROM import_job d WHERE d.id = import_job.after_job) AS after_status,
      (SELECT r.id FROM import_job r WHERE r.retry_of = import_job.id
        ORDER BY r.created_at DESC LIMIT 1) AS retried_by,
      CASE WHEN status NOT IN ('queued', 'running') OR lease_owner IS NOT NULL THEN false
           ELSE out_of_turn(organization_id) END AS out_of_turn
      """;

  private static final String FIND =
      "SELECT " + VIEW_COLUMNS + " FROM import_job WHERE id = ? AND organization_id = ?";

  private static final String FIND_OF_ONE =
      "SELECT " + VIEW_COLUMNS + " FROM import_job WHERE id = ANY (?) AND organization_id = ?";

  private static final String FIND_ALL =
      "SELECT "
          + VIEW_COLUMNS
          + """
           FROM unnest(?, ?) AS wanted(wanted_id, wanted_organization)
           JOIN import_job ON id = wanted_id AND organization_id = wanted_organization
          """;

  /** Inserts a queued job, which belongs to the trace of what this thread is just doing. */
  public void insert(Tx tx, NewJob job) {
    tx.update(
        """
        INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count,
            error_handling, options, mapping, metadata, codec_version, created_by,
            dry_run, label, commit_of, retry_of, after_job, traceparent)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        job.id().value(),
        job.organization().value(),
        job.uploadId(),
        job.kind().wireName(),
        job.totalItems(),
        job.chunkCount(),
        job.errorHandling().wireName(),
        job.options(),
        job.mapping(),
        job.metadata(),
        job.codecVersion(),
        job.createdBy(),
        job.dryRun(),
        job.label(),
        uuid(job.lineage().commitOf()),
        uuid(job.lineage().retryOf()),
        uuid(job.lineage().after()),
        Traceparent.current());
  }

  /** The job, when this organisation has it. */
  public Optional<JobView> find(Tx tx, OrgId organization, JobId id) {
    return tx.queryOne(FIND, JobRepository::view, id.value(), organization.value());
  }

  /** Those of these jobs that this organisation has, in no order. */
  public List<JobView> findAll(Tx tx, OrgId organization, Collection<JobId> wanted) {
    return tx.query(
        FIND_OF_ONE,
        JobRepository::view,
        wanted.stream().map(JobId::value).toArray(UUID[]::new),
        organization.value());
  }

  /**
   * Jobs of several organisations as they are now, in no order; what an organisation does not have
   * is left out.
   */
  public List<JobView> findAll(Tx tx, Map<JobId, OrgId> wanted) {
    List<Map.Entry<JobId, OrgId>> pairs = List.copyOf(wanted.entrySet());
    return tx.query(
        FIND_ALL,
        JobRepository::view,
        pairs.stream().map(pair -> pair.getKey().value()).toArray(UUID[]::new),
        pairs.stream().map(pair -> pair.getValue().value()).toArray(UUID[]::new));
  }

  /** What the job was made of, when this organisation has it. */
  public Optional<JobOrigin> origin(Tx tx, OrgId organization, JobId id) {
    return tx.queryOne(
        "SELECT upload_id, error_handling, options, mapping, codec_version, "
            + VIEW_COLUMNS
            + " FROM import_job WHERE id = ? AND organization_id = ?",
        row ->
            new JobOrigin(
                view(row),
                row.getObject("upload_id", UUID.class),
                ErrorHandling.ofWireName(row.getString("error_handling")).orElseThrow(),
                row.getString("options"),
                row.getString("mapping"),
                row.getInt("codec_version")),
        id.value(),
        organization.value());
  }

  /** The job that does this dry run for real, whatever became of it. */
  public Optional<JobView> commitOf(Tx tx, OrgId organization, JobId dryRun) {
    return tx.queryOne(
        "SELECT " + VIEW_COLUMNS + " FROM import_job WHERE commit_of = ? AND organization_id = ?",
        JobRepository::view,
        dryRun.value(),
        organization.value());
  }

  /** The retry of this job that has not ended; there can be one. */
  public Optional<JobId> liveRetry(Tx tx, OrgId organization, JobId parent) {
    return tx.queryOne(
        """
        SELECT id FROM import_job
         WHERE retry_of = ? AND organization_id = ? AND status IN ('queued', 'running')
        """,
        row -> new JobId(row.getObject(1, UUID.class)),
        parent.value(),
        organization.value());
  }

  /**
   * Makes this transaction the only one that submits for the organisation: without it two uploads
   * at once would both see the last free place.
   */
  public void lockSubmissions(Tx tx, OrgId organization) {
    tx.query(
        "SELECT 1 FROM organization WHERE id = ? FOR NO KEY UPDATE",
        row -> row.getInt(1),
        organization.value());
  }

  /** Jobs of an organisation that wait or run, for its limit; paused ones do not count. */
  public int countOpen(Tx tx, OrgId organization) {
    return tx.queryOne(
            """
            SELECT count(*) FROM import_job
             WHERE organization_id = ? AND status IN ('queued', 'running') AND paused_at IS NULL
            """,
            row -> row.getInt(1),
            organization.value())
        .orElseThrow();
  }

  static JobView view(ResultSet row) throws SQLException {
    return new JobView(
        new JobId(row.getObject("id", UUID.class)),
        new OrgId(row.getObject("organization_id", UUID.class)),
        JobKind.ofWireName(row.getString("kind")),
        JobStatus.ofWireName(row.getString("status")),
        JobPhase.ofWireName(row.getString("phase")),
        row.getInt("total_items"),
        new Counts(row.getInt("succeeded"), row.getInt("failed"), row.getInt("skipped")),
        row.getBoolean("leased"),
        Tx.instant(row, "heartbeat_at"),
        Tx.instant(row, "lease_expires_at"),
        Tx.instant(row, "not_before"),
        row.getInt("attempt"),
        row.getString("metadata"),
        row.getString("created_by"),
        row.getString("cancelled_by"),
        row.getString("failure_code"),
        row.getString("failure_message"),
        row.getString("worker_error"),
        Tx.instant(row, "created_at"),
        Tx.instant(row, "started_at"),
        Tx.instant(row, "updated_at"),
        Tx.instant(row, "completed_at"),
        Tx.instant(row, "as_of"),
        row.getBoolean("dry_run"),
        row.getString("label"),
        new Lineage(id(row, "commit_of"), id(row, "retry_of"), id(row, "after_job")),
        id(row, "retried_by"),
        afterStatus(row),
        Tx.instant(row, "paused_at"),
        row.getString("wait_reason"),
        Tx.instant(row, "rows_expire_at"),
        row.getInt("next_chunk"),
        row.getInt("chunk_count"),
        Tx.instant(row, "measured_from"),
        row.getInt("measured_from_chunk"),
        ErrorHandling.ofWireName(row.getString("error_handling")).orElseThrow(),
        row.getBoolean("out_of_turn"));
  }

  private static @Nullable JobStatus afterStatus(ResultSet row) throws SQLException {
    String status = row.getString("after_status");
    return status == null ? null : JobStatus.ofWireName(status);
  }

  private static @Nullable JobId id(ResultSet row, String column) throws SQLException {
    UUID id = row.getObject(column, UUID.class);
    return id == null ? null : new JobId(id);
  }

  private static @Nullable UUID uuid(@Nullable JobId id) {
    return id == null ? null : id.value();
  }
}
