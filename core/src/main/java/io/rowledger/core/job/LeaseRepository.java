package io.rowledger.core.job;

import io.rowledger.core.sql.Session.Backend;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Moves rows of {@code import_job} as a worker does: claim, heartbeat, checkpoint, end, release.
 * What the owner of a job does is {@link ControlRepository}, what is done to the dead {@link
 * TakeoverRepository}.
 *
 * <p>Every move is one guarded update. It names the fence its caller believes to hold, and whoever
 * lost it touches no row and must stop. Time is the database's: no two machines' clocks are
 * compared. This is the SQL of {@link JobTransitions}.
 */
@ApplicationScoped
public class LeaseRepository {

  /**
   * A fresh claim.
   *
   * @param first nobody worked on this job before
   */
  public record Claim(ClaimedJob job, JobView view, boolean first) {}

  /**
   * What a slot would take.
   *
   * @param onlyOneChunk the reserved slot of a worker takes nothing larger
   * @param suspects also a job whose last try failed; it may take down the process that works on it
   * @param except jobs that others should have the first go at
   * @param codecVersion the newest codec this worker can read
   */
  public record Choice(
      boolean onlyOneChunk, boolean suspects, Set<JobId> except, int codecVersion) {}

  /** Failed tries of a job since its last committed chunk. */
  public record Tries(int attempts, int connectionLosses) {}

  private static final String[] KINDS =
      Arrays.stream(JobKind.values()).map(JobKind::wireName).toArray(String[]::new);

  private static final String[] HANDLINGS =
      Arrays.stream(ErrorHandling.values()).map(ErrorHandling::wireName).toArray(String[]::new);

  private static final String FENCED = " WHERE id = ? AND fence = ? AND status = 'running' ";

  /** The fence alone says it; but a job that nobody holds must not move if a fence is guessed. */
  private static final String HELD = FENCED + " AND lease_owner IS NOT NULL ";

  /** Takes the right to write away from whoever has it. */
  static final String END_LEASE =
      " lease_owner = NULL, lease_expires_at = NULL, lease_pids = NULL, lease_starts = NULL, fence"
          + " = fence + 1, waiting_since = clock_timestamp() ";

  static final String ENDED =
      END_LEASE
          + ", phase = 'done', completed_at = clock_timestamp(), updated_at = clock_timestamp(),"
          + " paused_at = NULL, not_before = NULL, wait_reason = NULL ";

  static final String RETURNING_VIEW = " RETURNING " + JobRepository.VIEW_COLUMNS;

  /** {@link #claim(Tx, String, List, Duration, Choice)} of any job. */
  public Optional<Claim> claim(
      Tx tx,
      String owner,
      List<Backend> backends,
      Duration lease,
      boolean onlyOneChunk,
      int codecVersion) {
    return claim(
        tx, owner, backends, lease, new Choice(onlyOneChunk, true, Set.of(), codecVersion));
  }

  /**
   * Takes the fairest waiting job: of the organisation with the fewest running jobs, then the one
   * that waits longest. A job of a kind that a newer version brought is left to that version: one
   * job that cannot be read would keep every slot from claiming any other.
   */
  public Optional<Claim> claim(
      Tx tx, String owner, List<Backend> backends, Duration lease, Choice choice) {
    // NO KEY: a foreign key check on the job by an open transaction must not hide it from us.
    return tx.queryOne(
        """
        WITH busy AS (
            SELECT organization_id, count(*) AS jobs FROM import_job
             WHERE status = 'running' AND lease_owner IS NOT NULL GROUP BY organization_id),
        fairest AS (
            SELECT j.id, j.started_at IS NULL AS first FROM import_job j LEFT JOIN busy USING (organization_id)
             WHERE %s AND j.codec_version <= ? AND (j.chunk_count = 1 OR NOT ?) AND (j.attempt = 0 OR ?)
               AND j.kind = ANY (?) AND j.error_handling = ANY (?) AND j.id <> ALL (?)
             ORDER BY coalesce(busy.jobs, 0), j.waiting_since, j.id
             LIMIT 1
               FOR NO KEY UPDATE OF j SKIP LOCKED),
        claimed AS (
            UPDATE import_job j
               SET status = 'running',
                   phase = CASE WHEN j.phase <> 'queued' THEN j.phase
                                WHEN j.error_handling = 'continue_collect_errors' THEN 'processing'
                                ELSE 'validating' END,
                   fence = j.fence + 1, lease_owner = ?, lease_pids = ?, lease_starts = ?,
                   lease_expires_at = clock_timestamp() + ? * interval '1 millisecond',
                   heartbeat_at = clock_timestamp(), updated_at = clock_timestamp(), not_before = NULL,
                   wait_reason = NULL, measured_from = clock_timestamp(),
                   measured_from_chunk = j.next_chunk,
                   started_at = coalesce(j.started_at, clock_timestamp())
              FROM fairest WHERE j.id = fairest.id
            RETURNING j.*, fairest.first)
        SELECT fence, upload_id, error_handling, options, mapping, traceparent, first, %s
          FROM claimed AS import_job
        """
            .formatted(JobRepository.CLAIMABLE, JobRepository.VIEW_COLUMNS),
        row -> new Claim(claimed(row), JobRepository.view(row), row.getBoolean("first")),
        choice.codecVersion(),
        choice.onlyOneChunk(),
        choice.suspects(),
        KINDS,
        HANDLINGS,
        choice.except().stream().map(JobId::value).toArray(UUID[]::new),
        owner,
        backends.stream().map(Backend::pid).toArray(Integer[]::new),
        backends.stream().map(Backend::startedAt).toArray(String[]::new),
        lease.toMillis());
  }

  /** Extends the lease; false when it is no longer held. */
  public boolean heartbeat(Tx tx, Lease lease, Duration duration) {
    return tx.update(
            """
            UPDATE import_job SET heartbeat_at = clock_timestamp(), updated_at = clock_timestamp(),
                   lease_expires_at = clock_timestamp() + ? * interval '1 millisecond'
            """
                + HELD,
            duration.toMillis(),
            lease.jobId().value(),
            lease.fence())
        == 1;
  }

  /**
   * The guard of a chunk transaction: moves the checkpoint and the counters together, exactly once.
   * Must be the transaction's last statement but for the outbox, so that the job's row is locked
   * for as short as can be.
   *
   * @return the job after the move; empty when the lease is lost or the chunks were done before,
   *     then the caller rolls back
   */
  public Optional<JobView> advance(
      Tx tx, Lease lease, int fromChunk, int toChunk, Counts counts, Duration duration) {
    return tx.queryOne(
        """
        UPDATE import_job SET next_chunk = ?, succeeded = succeeded + ?, failed = failed + ?, skipped = skipped + ?,
               attempt = 0, connection_losses = 0, heartbeat_at = clock_timestamp(), updated_at = clock_timestamp(),
               lease_expires_at = clock_timestamp() + ? * interval '1 millisecond'
        """
            + HELD
            + " AND next_chunk = ? "
            + RETURNING_VIEW,
        JobRepository::view,
        toChunk,
        counts.succeeded(),
        counts.failed(),
        counts.skipped(),
        duration.toMillis(),
        lease.jobId().value(),
        lease.fence(),
        fromChunk);
  }

  /**
   * Counts entities that rows of another kind brought along, in {@code metadata.entitiesCreated}.
   * Must be followed by {@link #advance} or {@link #stopEarly} in the same transaction, which alone
   * make sure that it happens once; false when the lease is lost.
   */
  public boolean countEntities(Tx tx, Lease lease, int created) {
    return tx.update(
            """
            UPDATE import_job SET metadata = metadata || jsonb_build_object('entitiesCreated',
                   coalesce((metadata ->> 'entitiesCreated')::integer, 0) + ?)
            """
                + HELD,
            created,
            lease.jobId().value(),
            lease.fence())
        == 1;
  }

  /** Begins the next phase at its first chunk; false when the lease is lost. */
  public boolean enter(Tx tx, Lease lease, JobPhase from, JobPhase to) {
    return tx.update(
            "UPDATE import_job SET phase = ?, next_chunk = 0, attempt = 0, connection_losses = 0,"
                + " updated_at = clock_timestamp(), measured_from = clock_timestamp(),"
                + " measured_from_chunk = 0 "
                + HELD
                + " AND phase = ?",
            to.wireName(),
            lease.jobId().value(),
            lease.fence(),
            from.wireName())
        == 1;
  }

  /** Ends a job whose every chunk is done. */
  public Optional<JobView> complete(Tx tx, Lease lease) {
    return tx.queryOne(
        "UPDATE import_job SET status = 'completed', "
            + ENDED
            + HELD
            + " AND next_chunk = chunk_count "
            + RETURNING_VIEW,
        JobRepository::view,
        lease.jobId().value(),
        lease.fence());
  }

  /** Ends a job at its first row failure: what came before stays, the rest is unprocessed. */
  public Optional<JobView> stopEarly(
      Tx tx, Lease lease, int fromChunk, int toChunk, Counts counts) {
    return tx.queryOne(
        """
        UPDATE import_job SET status = 'completed', stopped_early = true, next_chunk = ?,
               succeeded = succeeded + ?, failed = failed + ?, skipped = skipped + ?,
        """
            + ENDED
            + HELD
            + " AND next_chunk = ? "
            + RETURNING_VIEW,
        JobRepository::view,
        toChunk,
        counts.succeeded(),
        counts.failed(),
        counts.skipped(),
        lease.jobId().value(),
        lease.fence(),
        fromChunk);
  }

  /**
   * Ends a job as failed.
   *
   * @param found row failures that were found but not counted yet
   */
  public Optional<JobView> fail(Tx tx, Lease lease, JobFailure failure, int found) {
    return tx.queryOne(
        """
        UPDATE import_job SET status = 'failed', failure_code = ?, failure_message = ?, failed = failed + ?,
        """
            + ENDED
            + HELD
            + RETURNING_VIEW,
        JobRepository::view,
        failure.code().name(),
        failure.message(),
        found,
        lease.jobId().value(),
        lease.fence());
  }

  /** Gives a job up for good: its rows are gone, or it was taken over too often. */
  public Optional<JobView> interrupt(Tx tx, Lease lease, String code, String message) {
    return tx.queryOne(
        """
        UPDATE import_job SET status = 'interrupted', worker_error = ? || ': ' || ?,
               metadata = metadata || jsonb_build_object('apiError', jsonb_build_object('code', ?::text, 'message', ?::text)),
        """
            + ENDED
            + FENCED
            + RETURNING_VIEW,
        JobRepository::view,
        code,
        message,
        code,
        message,
        lease.jobId().value(),
        lease.fence());
  }

  /** How often in a row the job was tried in vain; locks it until the end. Empty: lease lost. */
  public Optional<Tries> tries(Tx tx, Lease lease) {
    return tx.queryOne(
        "SELECT attempt, connection_losses FROM import_job " + HELD + " FOR NO KEY UPDATE",
        row -> new Tries(row.getInt(1), row.getInt(2)),
        lease.jobId().value(),
        lease.fence());
  }

  /**
   * Where a job stands, for the words about a job that is given up. Empty when the lease is lost or
   * every chunk is done.
   */
  public Optional<JobPlace> place(Tx tx, Lease lease) {
    return tx.queryOne(
        """
        SELECT j.phase, c.file_number, c.first_row, c.row_count, j.total_items
          FROM import_job j JOIN upload_chunk c ON c.upload_id = j.upload_id AND c.chunk_number = j.next_chunk
         WHERE j.id = ? AND j.fence = ? AND j.status = 'running'
        """,
        row -> {
          JobPhase phase = JobPhase.ofWireName(row.getString(1));
          return phase == JobPhase.APPLYING
              ? JobPlace.everything(phase, row.getInt(5))
              : new JobPlace(phase, row.getInt(2), row.getInt(3), row.getInt(4));
        },
        lease.jobId().value(),
        lease.fence());
  }

  /**
   * Gives the job back so that another worker, or this one, can claim it.
   *
   * @param delay the earliest next claim is this far away
   * @param countAttempt the worker could not do its work, and the job may be why
   * @return false when the lease was lost already
   */
  public boolean release(Tx tx, Lease lease, Duration delay, boolean countAttempt) {
    return release(tx, lease, delay, countAttempt ? 1 : 0, 0, WaitReason.RETRY_BACKOFF);
  }

  /**
   * Gives the job back because the connection to the database broke.
   *
   * @return false when the lease was lost already
   */
  public boolean releaseAfterConnectionLoss(Tx tx, Lease lease, Duration delay) {
    return release(tx, lease, delay, 0, 1, WaitReason.RETRY_BACKOFF);
  }

  /**
   * Gives the job back because another one is just being applied.
   *
   * @return false when the lease was lost already
   */
  public boolean releaseLocked(Tx tx, Lease lease, Duration delay) {
    return release(tx, lease, delay, 0, 0, WaitReason.LOCKED);
  }

  private static boolean release(
      Tx tx, Lease lease, Duration delay, int attempts, int losses, WaitReason reason) {
    return tx.update(
            "UPDATE import_job SET "
                + END_LEASE
                + """
                , attempt = attempt + ?, connection_losses = connection_losses + ?, updated_at = clock_timestamp(),
                  not_before = CASE WHEN ?::bigint > 0 THEN clock_timestamp() + ?::bigint * interval '1 millisecond' END,
                  wait_reason = CASE WHEN ?::bigint > 0 THEN ? END
                """
                + HELD,
            attempts,
            losses,
            delay.toMillis(),
            delay.toMillis(),
            delay.toMillis(),
            reason.wireName(),
            lease.jobId().value(),
            lease.fence())
        == 1;
  }

  /**
   * Whether a job waits that should have the slot of this one: a smaller one of the same
   * organisation, or one of an organisation with fewer running jobs.
   */
  public boolean shouldYield(Tx tx, ClaimedJob job, int codecVersion) {
    return tx.queryOne(
            """
            WITH busy AS (
                SELECT organization_id, count(*) AS jobs FROM import_job
                 WHERE status = 'running' AND lease_owner IS NOT NULL GROUP BY organization_id)
            SELECT EXISTS (
                SELECT 1 FROM import_job j LEFT JOIN busy USING (organization_id)
                 WHERE %s AND j.codec_version <= ?
                   AND CASE WHEN j.organization_id = ? THEN j.chunk_count < ?
                            ELSE coalesce(busy.jobs, 0) < (SELECT jobs FROM busy WHERE organization_id = ?) END)
            """
                .formatted(JobRepository.CLAIMABLE),
            row -> row.getBoolean(1),
            codecVersion,
            job.organization().value(),
            job.chunkCount(),
            job.organization().value())
        .orElseThrow();
  }

  /** True when this transaction, until its end, is the only one that applies such a job. */
  public boolean tryLockForApply(Tx tx, OrgId organization, JobKind kind) {
    return tx.queryOne(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))",
            row -> row.getBoolean(1),
            "apply " + kind.wireName() + " " + organization.value())
        .orElseThrow();
  }

  private static ClaimedJob claimed(ResultSet row) throws SQLException {
    return new ClaimedJob(
        new Lease(new JobId(row.getObject("id", UUID.class)), row.getLong("fence")),
        new OrgId(row.getObject("organization_id", UUID.class)),
        row.getObject("upload_id", UUID.class),
        JobKind.ofWireName(row.getString("kind")),
        JobPhase.ofWireName(row.getString("phase")),
        ErrorHandling.ofWireName(row.getString("error_handling")).orElseThrow(),
        row.getInt("total_items"),
        row.getInt("chunk_count"),
        row.getInt("next_chunk"),
        new Counts(row.getInt("succeeded"), row.getInt("failed"), row.getInt("skipped")),
        row.getString("options"),
        row.getString("mapping"),
        Tx.instant(row, "created_at"),
        row.getBoolean("dry_run"),
        row.getString("traceparent"));
  }
}
