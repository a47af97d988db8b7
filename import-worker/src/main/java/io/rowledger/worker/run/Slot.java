package io.rowledger.worker.run;

import io.rowledger.core.chunk.ChunkCodec;
import io.rowledger.core.chunk.ChunkLogUnavailableException;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.chunk.UnreadableChunkException;
import io.rowledger.core.crypto.WrongMasterKeyException;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.job.ClaimedJob;
import io.rowledger.core.job.Interruption;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseRepository.Claim;
import io.rowledger.core.privacy.Wordless;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One thread with one database session that claims a job, runs it, and claims the next.
 *
 * <p>However a run ends, the job is either terminal, or given back, or its lease runs out: whoever
 * claims it next reads the checkpoint from the database and goes on there. There is no other
 * recovery.
 */
final class Slot implements Runnable {

  private static final Logger LOG = Logger.getLogger(Slot.class);
  private static final Duration OUTAGE_DELAY = Duration.ofSeconds(1);
  private static final Duration WRONG_KEY_DELAY = Duration.ofSeconds(10);

  private final JobRunner.Parts parts;
  private final Database database;
  private final Schema schema;
  private final ImportPlans plans;
  private final Heartbeats heartbeats;
  private final Bell bell;
  private final String owner;
  private final boolean onlyOneChunk;
  private volatile boolean stopping;
  private @Nullable Session session;

  Slot(
      JobRunner.Parts parts,
      Database database,
      Schema schema,
      ImportPlans plans,
      Heartbeats heartbeats,
      Bell bell,
      String owner,
      boolean onlyOneChunk) {
    this.parts = parts;
    this.database = database;
    this.schema = schema;
    this.plans = plans;
    this.heartbeats = heartbeats;
    this.bell = bell;
    this.owner = owner;
    this.onlyOneChunk = onlyOneChunk;
  }

  /** After the transaction in progress the job is given back and the thread ends. */
  void stop() {
    stopping = true;
    bell.ring();
  }

  @Override
  public void run() {
    boolean troubled = false;
    while (!stopping) {
      long seen = bell.rings();
      try {
        if (!schema.isThere() || !claimAndRun()) {
          bell.await(seen, parts.config().claimEvery());
        }
        troubled = false;
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException e) {
        closeSession();
        if (!troubled) {
          LOG.warnf("No jobs can be claimed for now: %s", e.getMessage());
        }
        troubled = true;
        pause();
      }
    }
    closeSession();
  }

  /** Returns whether there was a job. */
  private boolean claimAndRun() {
    Session mine = session();
    Optional<Claim> claim = mine.transaction(tx -> claim(tx, mine));
    claim.ifPresent(this::run);
    return claim.isPresent();
  }

  private Optional<Claim> claim(Tx tx, Session mine) {
    Optional<Claim> claim =
        parts
            .leases()
            .claim(
                tx,
                owner,
                List.of(mine.backend()),
                parts.leaseConfig().duration(),
                onlyOneChunk,
                ChunkCodec.VERSION);
    claim
        .filter(Claim::first)
        .ifPresent(first -> parts.outbox().add(tx, JobEventType.STARTED, first.view()));
    return claim;
  }

  private void run(Claim claim) {
    ClaimedJob job = claim.job();
    LOG.debugf("Job %s claimed at chunk %d", job.id(), job.nextChunk());
    parts.wakeRelay().run();
    Holding holding = new Holding(job.lease());
    heartbeats.add(holding);
    try {
      runner(job, plans.planOf(job), holding);
    } catch (LeaseLostException lost) {
      lost(job);
    } catch (RowsExpiredException | UnreadableChunkException gone) {
      settle(
          job,
          tx ->
              interrupt(
                  tx, job.lease(), Interruption.ROWS_EXPIRED, "The rows can no longer be read."),
          () -> LOG.errorf("Job %s cannot go on: %s", job.id(), gone.getMessage()));
    } catch (WrongMasterKeyException misconfigured) {
      settle(
          job,
          tx -> parts.leases().release(tx, job.lease(), WRONG_KEY_DELAY, false),
          () ->
              LOG.errorf(
                  "Job %s is left to other workers: %s", job.id(), misconfigured.getMessage()));
    } catch (ChunkLogUnavailableException away) {
      settle(
          job,
          tx -> parts.leases().release(tx, job.lease(), OUTAGE_DELAY, false),
          () -> LOG.warnf("Job %s waits for Kafka: %s", job.id(), away.getMessage()));
    } catch (SqlFailure failure) {
      closeSession();
      if (failure.isUnavailable() || failure.isWorthAnotherTry()) {
        settle(
            job,
            tx -> parts.leases().release(tx, job.lease(), OUTAGE_DELAY, false),
            () -> LOG.warnf("Job %s waits for PostgreSQL (%s)", job.id(), failure.sqlState()));
      } else {
        // The server's message may hold cell values; the SQLSTATE cannot.
        settle(
            job,
            tx -> countFailedAttempt(tx, job.lease()),
            () ->
                LOG.errorf("Job %s failed at its work: SQLSTATE %s", job.id(), failure.sqlState()));
      }
    } catch (RuntimeException bug) {
      closeSession();
      settle(
          job,
          tx -> countFailedAttempt(tx, job.lease()),
          () -> LOG.errorf(Wordless.of(bug), "Job %s failed at its work", job.id()));
    } finally {
      heartbeats.remove(holding);
    }
  }

  private <R> void runner(ClaimedJob job, ImportPlan<R> plan, Holding holding) {
    JobRunner<R> runner =
        new JobRunner<>(
            parts, session(), job, plan, holding, began -> stopping || sliceIsOver(job, began));
    switch (runner.run()) {
      case FINISHED -> {
        LOG.debugf("Job %s has ended", job.id());
        othersMayGoOn();
      }
      case YIELDED ->
          settle(
              job, tx -> parts.leases().release(tx, job.lease(), Duration.ZERO, false), () -> {});
      case LOCKED ->
          settle(job, tx -> parts.leases().releaseLocked(tx, job.lease(), OUTAGE_DELAY), () -> {});
    }
  }

  /**
   * The session goes as well: whoever took the job ended its backend, or is just about to, and the
   * next claim would find out.
   */
  private void lost(ClaimedJob job) {
    LOG.infof("Job %s is somebody else's now", job.id());
    closeSession();
  }

  /** Jobs that wait for the one which has just ended are claimed or failed now. */
  private void othersMayGoOn() {
    bell.ring();
    parts.dependents().failThoseOfEndedJobs();
  }

  private boolean sliceIsOver(ClaimedJob job, long began) {
    return System.nanoTime() - began > parts.config().slice().toNanos()
        && session().transaction(tx -> parts.leases().shouldYield(tx, job, ChunkCodec.VERSION));
  }

  private boolean countFailedAttempt(Tx tx, Lease lease) {
    // Not what the claim said: every chunk committed since has set the count back.
    int attempts = parts.leases().attempts(tx, lease) + 1;
    if (attempts >= parts.leaseConfig().maxAttempts()) {
      return interrupt(
          tx,
          lease,
          Interruption.TOO_MANY_ATTEMPTS,
          "Workers could not import this job; their logs say why.");
    }
    return parts.leases().release(tx, lease, OUTAGE_DELAY.multipliedBy(attempts), true);
  }

  private boolean interrupt(Tx tx, Lease lease, Interruption why, String message) {
    Optional<JobView> ended = parts.leases().interrupt(tx, lease, why.name(), message);
    ended.ifPresent(view -> parts.outbox().add(tx, JobEventType.INTERRUPTED, view));
    return ended.isPresent();
  }

  /**
   * Says how a run ended, and keeps trying while the database is away: a lease that is left to run
   * out counts as an attempt of the job, and an outage must not use those up.
   *
   * @param ending false when the lease was lost
   * @param complaint said when the lease was still ours: whoever pauses or cancels a job ends the
   *     connection of its runner, and what then fails is no trouble
   */
  private void settle(ClaimedJob job, Predicate<Tx> ending, Runnable complaint) {
    boolean troubled = false;
    while (true) {
      try {
        if (database.transaction(ending::test)) {
          complaint.run();
        } else {
          lost(job);
        }
        parts.wakeRelay().run();
        othersMayGoOn();
        return;
      } catch (SqlFailure away) {
        if (!troubled) {
          LOG.warnf("Job %s cannot be given back yet (%s)", job.id(), away.sqlState());
        }
        troubled = true;
        if (stopping) {
          LOG.warnf("The lease of job %s is left to run out (%s)", job.id(), away.sqlState());
          return;
        }
        pause();
      }
    }
  }

  private Session session() {
    if (session == null) {
      session = database.openSession();
    }
    return session;
  }

  private void closeSession() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  private void pause() {
    try {
      // Not the bell: it may ring all the time while the database is away.
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
