package io.rowledger.worker.run;

import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.TakeoverRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Gives back the leases of runs that do not end although this process has to: the one long
 * transaction of a {@code rollback_all} job, or a wait for a lock. It does what the sweeper of
 * another worker would do when the lease has run out, but at once and without counting an attempt.
 * An orderly stop is no fault of the job, and a few of them would use its attempts up.
 */
@ApplicationScoped
class HandBack {

  private static final Logger LOG = Logger.getLogger(HandBack.class);

  /** The row of a job is locked only from the guard of its runner to the commit. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Database database;
  private final Heartbeats heartbeats;
  private final LeaseRepository leases;
  private final TakeoverRepository takeovers;

  HandBack(
      Database database,
      Heartbeats heartbeats,
      LeaseRepository leases,
      TakeoverRepository takeovers) {
    this.database = database;
    this.heartbeats = heartbeats;
    this.leases = leases;
    this.takeovers = takeovers;
  }

  /** Gives back what this process still holds, and ends the transactions of its runners. */
  void all() {
    for (Lease lease : heartbeats.held()) {
      try {
        if (database.transaction(tx -> handBack(tx, lease))) {
          LOG.infof("Job %s was given back; its transaction is undone", lease.jobId());
        }
      } catch (SqlFailure away) {
        LOG.warnf("The lease of job %s is left to run out (%s)", lease.jobId(), away.sqlState());
      }
    }
  }

  private boolean handBack(Tx tx, Lease lease) {
    tx.execute("SET LOCAL lock_timeout = " + PATIENCE.toMillis());
    return takeovers
        .lockHeld(tx, lease)
        .map(
            backends -> {
              leases.release(tx, lease, Duration.ZERO, false);
              // After the fence is raised: a backend that is ended now cannot have the last word.
              takeovers.terminate(tx, backends);
              return true;
            })
        .orElse(false);
  }
}
