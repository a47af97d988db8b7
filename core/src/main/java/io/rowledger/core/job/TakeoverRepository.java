package io.rowledger.core.job;

import io.rowledger.core.sql.Session.Backend;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is done to workers whose right to a row of {@code import_job} is over: their leases are
 * found and their backends ended.
 */
@ApplicationScoped
public class TakeoverRepository {

  /**
   * A lease that ran out.
   *
   * @param duringOutage PostgreSQL itself started after the last sign of life: no worker could have
   *     given one
   */
  public record Expired(
      Lease lease, OrgId organization, boolean duringOutage, List<Backend> backends) {}

  /** Leases that ran out, locked; a row that somebody else is just moving is left out. */
  public List<Expired> expired(Tx tx, int most) {
    return tx.query(
        """
        SELECT id, organization_id, fence, lease_pids, lease_starts,
               coalesce(pg_postmaster_start_time() > heartbeat_at, false) AS during_outage
          FROM import_job
         WHERE status = 'running' AND lease_expires_at < clock_timestamp()
         ORDER BY lease_expires_at LIMIT ?
           FOR NO KEY UPDATE SKIP LOCKED
        """,
        row ->
            new Expired(
                new Lease(new JobId(row.getObject("id", UUID.class)), row.getLong("fence")),
                new OrgId(row.getObject("organization_id", UUID.class)),
                row.getBoolean("during_outage"),
                backends(row)),
        most);
  }

  /**
   * Locks a job that is still held with this lease.
   *
   * @return the backends of its holder; empty when the lease is lost
   */
  public Optional<List<Backend>> lockHeld(Tx tx, Lease lease) {
    return tx.queryOne(
        """
        SELECT lease_pids, lease_starts FROM import_job
         WHERE id = ? AND fence = ? AND status = 'running' AND lease_owner IS NOT NULL
           FOR NO KEY UPDATE
        """,
        TakeoverRepository::backends,
        lease.jobId().value(),
        lease.fence());
  }

  /**
   * Ends backends whose work was taken away. A frozen process would otherwise keep its open
   * transaction, and with it the keys it wrote, for ever: inside COPY no time-out fires.
   */
  public void terminate(Tx tx, List<Backend> backends) {
    tx.query(
        """
        SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
          JOIN unnest(?, ?) AS lost(pid, started) ON lost.pid = a.pid AND lost.started::timestamptz = a.backend_start
        """,
        row -> row.getBoolean(1),
        backends.stream().map(Backend::pid).toArray(Integer[]::new),
        backends.stream().map(Backend::startedAt).toArray(String[]::new));
  }

  /**
   * Ends the backends of a job's lease on behalf of its organisation. The role of the API may not
   * do that to those of the workers; this function of the database may, and to no others.
   */
  public void terminate(Tx tx, OrgId organization, JobId jobId) {
    tx.query(
        "SELECT end_backends_of_job(?, ?)",
        row -> row.getInt(1),
        organization.value(),
        jobId.value());
  }

  /**
   * Ends whoever keeps the row of a job locked and does not let go: the backends of its lease, and
   * the one whose open transaction has moved the row, which may be a heartbeat of the same frozen
   * process. Reads past the lock, so the fence is not raised; what is ended here has at worst to be
   * done again.
   *
   * @return how many backends were told to end
   */
  public int terminateHolders(Tx tx, OrgId organization, JobId jobId) {
    return tx.queryOne(
            "SELECT end_holders_of_job(?, ?)",
            row -> row.getInt(1),
            organization.value(),
            jobId.value())
        .orElseThrow();
  }

  /** The backends that a lease names; none when nobody holds the job. */
  private static List<Backend> backends(ResultSet row) throws SQLException {
    List<Backend> backends = new ArrayList<>();
    Array pids = row.getArray("lease_pids");
    Array starts = row.getArray("lease_starts");
    if (pids != null && starts != null) {
      Integer[] pid = (Integer[]) pids.getArray();
      String[] start = (String[]) starts.getArray();
      for (int i = 0; i < pid.length; i++) {
        backends.add(new Backend(pid[i], start[i]));
      }
    }
    return backends;
  }
}
