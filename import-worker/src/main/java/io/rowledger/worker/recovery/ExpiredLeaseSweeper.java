package io.rowledger.worker.recovery;

import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.Interruption;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.TakeoverRepository;
import io.rowledger.core.job.TakeoverRepository.Expired;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
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
  private final LeaseRepository leases;
  private final TakeoverRepository takeovers;
  private final LeaseConfig config;
  private final Outbox outbox;
  private final OutboxRelay relay;

  ExpiredLeaseSweeper(
      Database database,
      LeaseRepository leases,
      TakeoverRepository takeovers,
      LeaseConfig config,
      Outbox outbox,
      OutboxRelay relay) {
    this.database = database;
    this.leases = leases;
    this.takeovers = takeovers;
    this.config = config;
    this.outbox = outbox;
    this.relay = relay;
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
    List<Expired> expired = takeovers.expired(tx, BATCH);
    for (Expired lost : expired) {
      LOG.warnf("The lease of job %s ran out; it is taken over", lost.lease().jobId());
      if (lost.attempt() + 1 >= config.maxAttempts()) {
        leases
            .interrupt(
                tx,
                lost.lease(),
                Interruption.TOO_MANY_ATTEMPTS.name(),
                "%d workers in a row did not come through this job.".formatted(lost.attempt() + 1))
            .ifPresent(view -> outbox.add(tx, JobEventType.INTERRUPTED, view));
      } else {
        leases.release(tx, lost.lease(), Duration.ZERO, true);
      }
      // After the fence is raised: a backend that is ended now cannot have the last word.
      terminate(tx, lost);
    }
    return expired.size();
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
