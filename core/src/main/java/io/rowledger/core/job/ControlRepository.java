package io.rowledger.core.job;

import static io.rowledger.core.job.LeaseRepository.ENDED;
import static io.rowledger.core.job.LeaseRepository.END_LEASE;
import static io.rowledger.core.job.LeaseRepository.RETURNING_VIEW;

import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Moves rows of {@code import_job} for the owner of the job, whether a worker holds it or not: the
 * worker loses its lease at once, and its open transaction at its guard. This is the SQL of {@link
 * JobTransitions}, like {@link LeaseRepository}.
 */
@ApplicationScoped
public class ControlRepository {

  private static final String OPEN =
      " WHERE id = ? AND organization_id = ? AND status IN ('queued', 'running') ";

  /**
   * Locks a job until the end of the transaction, so that what is decided about it is still true
   * when it is written.
   *
   * @param patience how long another transaction may keep the row; then the statement fails
   * @return empty when the organisation has no such job
   */
  public Optional<JobView> lock(Tx tx, OrgId organization, JobId jobId, Duration patience) {
    tx.execute("SET LOCAL lock_timeout = " + patience.toMillis());
    return tx.queryOne(
        "SELECT "
            + JobRepository.VIEW_COLUMNS
            + " FROM import_job WHERE id = ? AND organization_id = ? FOR NO KEY UPDATE",
        JobRepository::view,
        jobId.value(),
        organization.value());
  }

  /**
   * Ends a job because its organisation asked for it.
   *
   * @param cancelledBy key name or token subject
   * @return the job as it ended; empty when the organisation has no such open job
   */
  public Optional<JobView> cancel(Tx tx, OrgId organization, JobId jobId, String cancelledBy) {
    return tx.queryOne(
        "UPDATE import_job SET status = 'cancelled', cancelled_by = ?, "
            + ENDED
            + OPEN
            + RETURNING_VIEW,
        JobRepository::view,
        cancelledBy,
        jobId.value(),
        organization.value());
  }

  /**
   * Takes a job out of work; checkpoint, counters and phase stay.
   *
   * @return the paused job; empty when the organisation has no such open job, or it is paused
   */
  public Optional<JobView> pause(Tx tx, OrgId organization, JobId jobId) {
    return tx.queryOne(
        "UPDATE import_job SET paused_at = clock_timestamp(), updated_at = clock_timestamp(), "
            + END_LEASE
            + OPEN
            + " AND paused_at IS NULL "
            + RETURNING_VIEW,
        JobRepository::view,
        jobId.value(),
        organization.value());
  }

  /**
   * Makes a paused job claimable at once, whatever it waited for before; only a dependency still
   * counts. Nobody holds it, so the fence stays.
   *
   * @return the job; empty when the organisation has no such paused job
   */
  public Optional<JobView> resume(Tx tx, OrgId organization, JobId jobId) {
    return tx.queryOne(
        """
        UPDATE import_job SET paused_at = NULL, not_before = NULL, wait_reason = NULL,
               waiting_since = clock_timestamp(), updated_at = clock_timestamp()
        """
            + OPEN
            + " AND paused_at IS NOT NULL "
            + RETURNING_VIEW,
        JobRepository::view,
        jobId.value(),
        organization.value());
  }

  /**
   * Fails jobs that wait for a job which can no longer complete. Looks only at jobs that wait for
   * another one and at what is committed, so whoever asks next finds what this call missed. A job
   * that waits for one of these is found by the next call.
   */
  public List<JobView> failDependents(Tx tx, int most) {
    return tx.query(
        """
        UPDATE import_job SET status = 'failed', failure_code = ?,
               failure_message = format('This job was to run after job %s, which ended as %s.', after_job,
                   (SELECT d.status FROM import_job d WHERE d.id = import_job.after_job)),
        """
            + ENDED
            + """
              WHERE status = 'queued' AND id IN (
                    SELECT j.id FROM import_job j JOIN import_job d ON d.id = j.after_job
                     WHERE j.status = 'queued' AND j.after_job IS NOT NULL
                       AND d.status IN ('failed', 'cancelled', 'interrupted')
                     ORDER BY j.id LIMIT ?
                       FOR NO KEY UPDATE OF j SKIP LOCKED)
              """
            + RETURNING_VIEW,
        JobRepository::view,
        JobFailure.Code.DEPENDENCY_FAILED.name(),
        most);
  }
}
