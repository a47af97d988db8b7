package io.rowledger.worker.recovery;

import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.job.Interruption;
import io.rowledger.core.job.JobPlace;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.LeaseRepository.Tries;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts a try of a job that came to nothing, and gives the job back; or up, when that was the last
 * one. A job must not take workers with it for ever: each try comes later than the one before, and
 * there is a last one.
 */
@ApplicationScoped
public class FailedTries {

  /** How a try came to nothing. */
  public enum Cause {
    /** Nobody heard of the worker any more. */
    WORKER_LOST,
    /** The worker lives, and says that it could not do this. */
    WORK_FAILED,
    /** The connection to PostgreSQL broke: an outage, as a rule, which is nobody's fault. */
    CONNECTION_LOST
  }

  private static final Duration LONGEST_REST = Duration.ofSeconds(30);

  private final LeaseRepository leases;
  private final LeaseConfig config;
  private final Outbox outbox;

  public FailedTries(LeaseRepository leases, LeaseConfig config, Outbox outbox) {
    this.leases = leases;
    this.config = config;
    this.outbox = outbox;
  }

  /**
   * Counts one try.
   *
   * @param row where it failed, when that is known better than the checkpoint says
   * @return false when the lease was lost already
   */
  public boolean count(Tx tx, Lease lease, Cause cause, @Nullable RowRef row) {
    Optional<Tries> before = leases.tries(tx, lease);
    if (before.isEmpty()) {
      return false;
    }
    if (cause == Cause.CONNECTION_LOST) {
      int losses = before.get().connectionLosses() + 1;
      return losses < config.maxConnectionLosses()
          ? leases.releaseAfterConnectionLoss(tx, lease, restAfterLosses(losses))
          : giveUp(
              tx,
              lease,
              "%d times in a row the connection to the database broke at".formatted(losses),
              row);
    }
    int attempts = before.get().attempts() + 1;
    if (attempts < config.maxAttempts()) {
      return leases.release(tx, lease, restAfter(attempts, cause), true);
    }
    String what =
        cause == Cause.WORKER_LOST
            ? "%d workers in a row did not come through"
            : "%d tries in a row failed, the last one at";
    return giveUp(tx, lease, what.formatted(attempts), row);
  }

  private boolean giveUp(Tx tx, Lease lease, String what, @Nullable RowRef row) {
    Optional<JobPlace> place =
        leases.place(tx, lease).map(known -> row == null ? known : known.at(row));
    String message =
        "%s %s. What was imported before stays; the logs of the workers say more."
            .formatted(what, place.map(JobPlace::words).orElse("its end"));
    Optional<JobView> ended =
        leases.interrupt(tx, lease, Interruption.TOO_MANY_ATTEMPTS.name(), message);
    ended.ifPresent(view -> outbox.add(tx, JobEventType.INTERRUPTED, view));
    return ended.isPresent();
  }

  /** The first takeover comes at once: most workers die of something else than their job. */
  private static Duration restAfter(int attempts, Cause cause) {
    return Duration.ofSeconds(cause == Cause.WORKER_LOST ? attempts - 1L : attempts);
  }

  private static Duration restAfterLosses(int losses) {
    Duration doubled = Duration.ofSeconds(1L << Math.min(losses - 1, 10));
    return doubled.compareTo(LONGEST_REST) < 0 ? doubled : LONGEST_REST;
  }
}
