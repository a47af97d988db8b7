package io.rowledger.api.mail;

import io.rowledger.core.job.JobId;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code mail_report}. Rows are added by the outbox, in the transaction that ends a job.
 */
@ApplicationScoped
class MailReportRepository {

  /**
   * A report that this process is to send now.
   *
   * @param attempt the number of this try, from 1
   * @param recipients JSON array, as the upload gave it; {@code null} when it was erased
   */
  record Claimed(
      JobId job,
      OrgId organization,
      int attempt,
      @Nullable String recipients,
      String language,
      @Nullable String fileName) {}

  Optional<Claimed> claim(Tx tx, Duration lease) {
    return tx.queryOne(
        """
        WITH due AS (
            SELECT job_id FROM mail_report
             WHERE state = 'pending' AND next_attempt_at <= clock_timestamp()
               AND (lease_until IS NULL OR lease_until <= clock_timestamp())
             ORDER BY next_attempt_at LIMIT 1
               FOR NO KEY UPDATE SKIP LOCKED),
        claimed AS (
            UPDATE mail_report m
               SET attempts = m.attempts + 1, lease_until = clock_timestamp() + ?::bigint * interval '1 millisecond'
              FROM due WHERE m.job_id = due.job_id
            RETURNING m.job_id, m.organization_id, m.attempts)
        SELECT c.job_id, c.organization_id, c.attempts, j.options ->> 'reportRecipientEmails' AS recipients,
               coalesce(j.options ->> 'emailLocale', 'en') AS language, j.metadata ->> 'fileName' AS file_name
          FROM claimed c JOIN import_job j ON j.id = c.job_id
        """,
        MailReportRepository::claimed,
        lease.toMillis());
  }

  void sent(Tx tx, Claimed tried) {
    end(tx, tried, "sent", null);
  }

  /** There is no other try. */
  void failed(Tx tx, Claimed tried, String error) {
    end(tx, tried, "failed", error);
  }

  private static void end(Tx tx, Claimed tried, String state, @Nullable String error) {
    tx.update(
        """
        UPDATE mail_report SET state = ?, last_error = ?, lease_until = NULL, completed_at = clock_timestamp()
         WHERE job_id = ? AND organization_id = ? AND state = 'pending' AND attempts = ?
        """,
        state,
        error,
        tried.job().value(),
        tried.organization().value(),
        tried.attempt());
  }

  void again(Tx tx, Claimed tried, String error, Duration wait) {
    tx.update(
        """
        UPDATE mail_report SET last_error = ?, lease_until = NULL,
               next_attempt_at = clock_timestamp() + ?::bigint * interval '1 millisecond'
         WHERE job_id = ? AND organization_id = ? AND state = 'pending' AND attempts = ?
        """,
        error,
        wait.toMillis(),
        tried.job().value(),
        tried.organization().value(),
        tried.attempt());
  }

  /** Forgets reports that are older than so many days, sent or not. */
  void purge(Tx tx, int days) {
    tx.update(
        "DELETE FROM mail_report WHERE created_at < clock_timestamp() - ? * interval '1 day'",
        days);
  }

  private static Claimed claimed(ResultSet row) throws SQLException {
    return new Claimed(
        new JobId(row.getObject("job_id", UUID.class)),
        new OrgId(row.getObject("organization_id", UUID.class)),
        row.getInt("attempts"),
        row.getString("recipients"),
        row.getString("language"),
        row.getString("file_name"));
  }
}
