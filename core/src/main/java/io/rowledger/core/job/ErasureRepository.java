package io.rowledger.core.job;

import static io.rowledger.core.job.LeaseRepository.ENDED;
import static io.rowledger.core.job.LeaseRepository.RETURNING_VIEW;

import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * What is forgotten of rows of {@code import_job}, and which of them are due. Counters, codes,
 * digests and who did what when stay.
 */
@ApplicationScoped
public class ErasureRepository {

  /** Where the name of a file was: clients expect a text. */
  public static final String ERASED = "erased";

  /** Who erases when nobody asked for it; shown as {@code metadata.dataErasedBy}. */
  public static final String BY_RETENTION = "retention";

  /** What of the metadata says nothing of the contents of a file. */
  private static final String[] METADATA = {
    "fileCount",
    "importMode",
    "mappingId",
    "mappingVersion",
    "controlTotals",
    "entitiesCreated",
    "apiError",
    "dataErasedBy",
    "dataErasedAt"
  };

  /** Options that are switches, numbers or codes. Free ones, such as attributes, hold anything. */
  private static final String[] OPTIONS = {
    "importMode",
    "stopOnFirstError",
    "skipRulesExecution",
    "depth",
    "isClient",
    "status",
    "nationality",
    "country",
    "executeRules",
    "skipDuplicates",
    "validateExistingEntity",
    "withAutoEntity",
    "batchErrorHandling",
    "emailLocale"
  };

  /** A job, and where its rows are. */
  public record Member(JobId id, UUID uploadId, JobStatus status) {}

  /** A job that something is to be forgotten of. */
  public record Due(JobId id, OrgId organization) {}

  /**
   * Every job that has to do with the rows of an upload: those that read it, those that tried rows
   * of them again, with copies of their own, and so on. The oldest first.
   */
  public List<Member> family(Tx tx, OrgId organization, UUID uploadId) {
    return tx.query(
        """
        WITH RECURSIVE family AS (
            SELECT id, upload_id FROM import_job WHERE upload_id = ? AND organization_id = ?
            UNION
            SELECT j.id, j.upload_id FROM family f
              JOIN import_job j ON j.retry_of = f.id OR j.commit_of = f.id OR j.upload_id = f.upload_id
             WHERE j.organization_id = ?)
        SELECT j.id, j.upload_id, j.status FROM family JOIN import_job j USING (id) ORDER BY j.created_at, j.id
        """,
        row ->
            new Member(
                new JobId(row.getObject("id", UUID.class)),
                row.getObject("upload_id", UUID.class),
                JobStatus.ofWireName(row.getString("status"))),
        uploadId,
        organization.value(),
        organization.value());
  }

  /**
   * Forgets what a job that has ended says about the contents of its files: of the interpretation
   * rows and digests stay, of the options what is no text of the caller's. Notes once who did it
   * and when.
   */
  public void eraseContents(Tx tx, OrgId organization, JobId id, String erasedBy) {
    tx.update(
        """
        UPDATE import_job
           SET options = (SELECT coalesce(jsonb_object_agg(key, value), '{}')
                            FROM jsonb_each(options) WHERE key = ANY(?)),
               mapping = '{}',
               label = NULL,
               metadata = (SELECT coalesce(jsonb_object_agg(key, value), '{}')
                             FROM jsonb_each(metadata) WHERE key = ANY(?))
                   || jsonb_build_object(
                   'fileName', ?::text,
                   'options', (SELECT coalesce(jsonb_object_agg(key, value), '{}')
                                 FROM jsonb_each(CASE jsonb_typeof(metadata -> 'options')
                                                      WHEN 'object' THEN metadata -> 'options' ELSE '{}' END)
                                WHERE key = ANY(?)),
                   'interpretation',
                   (SELECT coalesce(jsonb_agg(jsonb_build_object('rows', file -> 'rows', 'sha256', file -> 'sha256')
                                              ORDER BY number), '[]')
                      FROM jsonb_array_elements(
                           CASE jsonb_typeof(metadata -> 'interpretation')
                                WHEN 'array' THEN metadata -> 'interpretation' ELSE '[]' END)
                           WITH ORDINALITY AS files(file, number)))
                   || CASE WHEN jsonb_exists(metadata, 'dataErasedAt') THEN '{}' ELSE jsonb_build_object(
                   'dataErasedBy', ?::text,
                   'dataErasedAt', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END,
               contents_erased_at = clock_timestamp(),
               updated_at = clock_timestamp()
         WHERE id = ? AND organization_id = ? AND completed_at IS NOT NULL AND contents_erased_at IS NULL
        """,
        OPTIONS,
        METADATA,
        ERASED,
        OPTIONS,
        erasedBy,
        id.value(),
        organization.value());
  }

  /** Notes that no failure of the job holds a value any more. */
  public void failuresErased(Tx tx, OrgId organization, JobId id) {
    tx.update(
        """
        UPDATE import_job SET failures_erased_at = clock_timestamp()
         WHERE id = ? AND organization_id = ? AND completed_at IS NOT NULL AND failures_erased_at IS NULL
        """,
        id.value(),
        organization.value());
  }

  /**
   * Jobs whose failures are to lose their values: their time is over, or the job was erased.
   *
   * @param days of organisations that have not said how long
   * @param dryRunDays the same for dry runs
   */
  public List<Due> failuresDue(Tx tx, int days, int dryRunDays, int most) {
    return tx.query(
        """
        (SELECT id, organization_id FROM import_job
          WHERE contents_erased_at IS NOT NULL AND failures_erased_at IS NULL
          ORDER BY contents_erased_at LIMIT ?)
        UNION ALL
        (SELECT due.id, o.id FROM organization o
          CROSS JOIN LATERAL (VALUES (false, coalesce(o.failure_retention_days, ?)),
                                     (true, coalesce(o.dry_run_retention_days, ?))) AS kept(dry_run, days)
          CROSS JOIN LATERAL (
               SELECT j.id FROM import_job j
                WHERE j.organization_id = o.id AND j.dry_run = kept.dry_run
                  AND j.completed_at <= clock_timestamp() - interval '1 day' * kept.days
                  AND j.completed_at IS NOT NULL AND j.failures_erased_at IS NULL
                ORDER BY j.completed_at LIMIT ?) AS due
          LIMIT ?)
        """,
        ErasureRepository::due,
        most,
        days,
        dryRunDays,
        most,
        most);
  }

  /**
   * Jobs whose contents are to be forgotten. Not those whose rows can still be read: they would be
   * of no use without their mapping.
   *
   * @param days of organisations that have not said how long
   */
  public List<Due> contentsDue(Tx tx, int days, int most) {
    return tx.query(
        """
        SELECT due.id, o.id FROM organization o
         CROSS JOIN LATERAL (
              SELECT j.id FROM import_job j
               WHERE j.organization_id = o.id AND j.completed_at IS NOT NULL AND j.contents_erased_at IS NULL
                 AND j.completed_at <= clock_timestamp() - interval '1 day' * coalesce(o.content_retention_days, ?)
                 AND EXISTS (SELECT 1 FROM upload u WHERE u.id = j.upload_id AND u.sealed_key IS NULL)
               ORDER BY j.completed_at LIMIT ?) AS due
         LIMIT ?
        """,
        ErasureRepository::due,
        days,
        most,
        most);
  }

  /**
   * Locks a job that something is still to be forgotten of.
   *
   * @return false when nothing is left to do, or somebody else is just doing it
   */
  public boolean lock(Tx tx, Due due) {
    return tx.queryOne(
            """
            SELECT 1 FROM import_job
             WHERE id = ? AND organization_id = ? AND completed_at IS NOT NULL
               AND (failures_erased_at IS NULL OR contents_erased_at IS NULL)
               FOR NO KEY UPDATE SKIP LOCKED
            """,
            row -> row.getInt(1),
            due.id().value(),
            due.organization().value())
        .isPresent();
  }

  /**
   * Ends the jobs that still want the rows of an upload whose time is over. The upload has to be
   * locked by this transaction. A job that a worker has just taken is left to it.
   *
   * @return the jobs as they ended
   */
  public List<JobView> expire(Tx tx, OrgId organization, UUID uploadId) {
    return tx.query(
        """
        UPDATE import_job SET status = 'interrupted', worker_error = %1$s || ': ' || %2$s,
               metadata = metadata || jsonb_build_object('apiError', jsonb_build_object('code', %1$s, 'message', %2$s)),
        """
                .formatted(
                    "'" + Interruption.ROWS_EXPIRED.name() + "'",
                    """
                    format('The rows were kept until %s, and this job had not ended by then: it %s.',
                           (SELECT to_char(u.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                              FROM upload u WHERE u.id = import_job.upload_id),
                           CASE WHEN paused_at IS NULL THEN 'waited' ELSE 'was paused' END)
                    """)
            + ENDED
            + """
               WHERE upload_id = ? AND organization_id = ? AND status IN ('queued', 'running') AND lease_owner IS NULL
              """
            + RETURNING_VIEW,
        JobRepository::view,
        uploadId,
        organization.value());
  }

  /** Whether a job that has not ended reads the rows of an upload. */
  public boolean isRead(Tx tx, OrgId organization, UUID uploadId) {
    return !tx.query(
            """
            SELECT 1 FROM import_job
             WHERE upload_id = ? AND organization_id = ? AND status IN ('queued', 'running') LIMIT 1
            """,
            row -> row.getInt(1),
            uploadId,
            organization.value())
        .isEmpty();
  }

  private static Due due(ResultSet row) throws SQLException {
    return new Due(
        new JobId(row.getObject(1, UUID.class)), new OrgId(row.getObject(2, UUID.class)));
  }
}
