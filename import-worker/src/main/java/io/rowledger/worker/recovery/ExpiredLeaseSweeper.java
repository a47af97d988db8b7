package io.rowledger.worker.recovery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.TakeoverRepository;
import io.rowledger.core.job.TakeoverRepository.Expired;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.recovery.FailedTries.Cause;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Takes jobs away from workers that are dead, frozen or cut off. Runs in every worker; each sweep
 * re-checks everything in its WHERE, so any number of sweepers may run at once.
 */
@ApplicationScoped
public class ExpiredLeaseSweeper {

  private static final Logger LOG = Logger.getLogger(ExpiredLeaseSweeper.class);
  private static final int BATCH = 50;

  private final Database database;
  private final TakeoverRepository takeovers;
  private final FailedTries tries;
  private final OutboxRelay relay;
  private final LeaseConfig config;
  private final Counter takenOver;

  ExpiredLeaseSweeper(
      Database database,
      TakeoverRepository takeovers,
      FailedTries tries,
      OutboxRelay relay,
      LeaseConfig config,
      MeterRegistry registry) {
    this.database = database;
    this.takeovers = takeovers;
    this.tries = tries;
    this.relay = relay;
    this.config = config;
    this.takenOver =
        Counter.builder("rowledger.takeovers")
            .description("Jobs that this process took away from workers that were heard of no more")
            .register(registry);
  }

  /**
   * Takes over what has expired; returns how many jobs that were. All of it in one call: when many
   * workers die at once, the last of their jobs must not wait for one more sweep for each batch.
   */
  public int sweep() {
    int swept = 0;
    try {
      int batch;
      do {
        batch = database.transaction(this::sweep);
        takenOver.increment(batch);
        swept += batch;
      } while (batch == BATCH);
    } catch (SqlFailure away) {
      LOG.debugf("No sweep: %s", away.sqlState());
    }
    if (swept > 0) {
      relay.wake();
    }
    return swept;
  }

  private int sweep(Tx tx) {
    // A sweeper that freezes before its COMMIT would hide these jobs from all others.
    tx.endWhenSilentFor(config.duration());
    int taken = 0;
    for (Expired lost : takeovers.expired(tx, BATCH)) {
      LOG.warnf("The lease of job %s ran out; it is taken over", lost.lease().jobId());
      if (takeOver(tx, lost)) {
        // After the fence is raised: a backend that is ended now cannot have the last word.
        terminate(tx, lost);
        taken++;
      }
    }
    return taken;
  }

  /** One job that cannot be taken over must not keep every other one from it. */
  private boolean takeOver(Tx tx, Expired lost) {
    try {
      tx.behindSavepoint(
          () ->
              tries.count(
                  tx,
                  lost.lease(),
                  lost.duringOutage() ? Cause.CONNECTION_LOST : Cause.WORKER_LOST,
                  null));
      return true;
    } catch (SqlFailure refused) {
      if (refused.isUnavailable()) {
        throw refused;
      }
      LOG.errorf(
          "Job %s could not be taken over: SQLSTATE %s", lost.lease().jobId(), refused.sqlState());
      return false;
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Job %s could not be taken over", lost.lease().jobId());
      return false;
    }
  }

  /**
   * Without the right to end them, the takeover stands all the same: the fence keeps rows out. Old
   * and new workers may have different roles during an update, and one backend that cannot be ended
   * must not keep every expired job from being taken over.
   */
  private void terminate(Tx tx, Expired lost) {
    try {
      tx.behindSavepoint(() -> takeovers.terminate(tx, lost.backends()));
    } catch (SqlFailure refused) {
      LOG.warnf(
          "The backends of job %s could not be ended (%s)",
          lost.lease().jobId(), refused.sqlState());
    }
  }
}
