package io.rowledger.worker.run;

import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Extends the leases of this process, on its own timer and connection. */
@ApplicationScoped
class Heartbeats {

  private static final Logger LOG = Logger.getLogger(Heartbeats.class);

  private final Database database;
  private final LeaseRepository leases;
  private final LeaseConfig config;
  private final Set<Holding> holdings = ConcurrentHashMap.newKeySet();

  Heartbeats(Database database, LeaseRepository leases, LeaseConfig config) {
    this.database = database;
    this.leases = leases;
    this.config = config;
  }

  void add(Holding holding) {
    holdings.add(holding);
  }

  void remove(Holding holding) {
    holdings.remove(holding);
  }

  /** Leases of runs that have not ended. Those of runs that hang run out, which counts. */
  List<Lease> held() {
    return holdings.stream().filter(holding -> !holding.givenUp()).map(Holding::lease).toList();
  }

  void beat() {
    for (Holding holding : holdings) {
      if (holding.givenUp()) {
        continue;
      }
      if (holding.stuckFor(config.maxChunkTime())) {
        LOG.warnf(
            "Job %s has not moved for %s: its lease is left to run out",
            holding.lease().jobId(), config.maxChunkTime());
        holding.giveUp();
        continue;
      }
      try {
        boolean held =
            database.transaction(
                tx -> {
                  // Frozen before its COMMIT, a heartbeat would hide the job from every sweeper.
                  tx.endWhenSilentFor(config.duration());
                  return leases.heartbeat(tx, holding.lease(), config.duration());
                });
        if (!held) {
          holding.lose();
        }
      } catch (SqlFailure away) {
        // The lease runs on; whether it is still ours is decided by the guard, not here.
        LOG.debugf("No heartbeat for job %s: %s", holding.lease().jobId(), away.sqlState());
      }
    }
  }
}
