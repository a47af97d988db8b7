package io.rowledger.worker.run;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.rowledger.core.chunk.ChunkCodec;
import io.rowledger.core.chunk.ChunkLogUnavailableException;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.chunk.UnreadableChunkException;
import io.rowledger.core.crypto.WrongMasterKeyException;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.job.ClaimedJob;
import io.rowledger.core.job.Interruption;
import io.rowledger.core.job.JobPlace;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseRepository.Choice;
import io.rowledger.core.job.LeaseRepository.Claim;
import io.rowledger.core.privacy.Wordless;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.recovery.FailedTries;
import io.rowledger.worker.recovery.FailedTries.Cause;
import io.rowledger.worker.run.Quarantine.Pass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One thread with its database sessions that claims a job, runs it, and claims the next. Nothing
 * that a job does ends this thread, not even an {@link Error}: a slot that is gone is missed by
 * every other job.
 *
 * <p>However a run ends, the job is either terminal, or given back, or its lease runs out: whoever
 * claims it next reads the checkpoint from the database and goes on there. There is no other
 * recovery.
 */
final class Slot implements Runnable {

  private static final Logger LOG = Logger.getLogger(Slot.class);
  private static final Duration OUTAGE_DELAY = Duration.ofSeconds(1);
  private static final Duration WRONG_KEY_DELAY = Duration.ofSeconds(10);

  /** How long a job that failed here is left to other workers: longer than it rests. */
  private static final Duration LEFT_TO_OTHERS = Duration.ofSeconds(5);

  private final JobRunner.Parts parts;
  private final Database database;
  private final Schema schema;
  private final ImportPlans plans;
  private final Heartbeats heartbeats;
  private final Bell bell;
  private final FailedTries tries;
  private final DeadChunks deadChunks;
  private final Quarantine quarantine;
  private final Consumer<Slot> whenStuck;
  private final String owner;
  private final boolean onlyOneChunk;
  private volatile boolean stopping;
  private volatile boolean outOfTime;
  private volatile boolean abandoned;
  private final List<Session> sessions = new ArrayList<>();
  private @Nullable Holding current;

  Slot(
      JobRunner.Parts parts,
      Database database,
      Schema schema,
      ImportPlans plans,
      Heartbeats heartbeats,
      Bell bell,
      FailedTries tries,
      DeadChunks deadChunks,
      Quarantine quarantine,
      Consumer<Slot> whenStuck,
      String owner,
      boolean onlyOneChunk) {
    this.parts = parts;
    this.database = database;
    this.schema = schema;
    this.plans = plans;
    this.heartbeats = heartbeats;
    this.bell = bell;
    this.tries = tries;
    this.deadChunks = deadChunks;
    this.quarantine = quarantine;
    this.whenStuck = whenStuck;
    this.owner = owner;
    this.onlyOneChunk = onlyOneChunk;
  }

  /** After the transaction in progress the job is given back and the thread ends. */
  void stop() {
    stopping = true;
  }

  /** Nobody waits for this slot any longer: what cannot be said to the database stays unsaid. */
  void giveUp() {
    outOfTime = true;
  }

  @Override
  public void run() {
    boolean troubled = false;
    while (!stopping && !abandoned) {
      long seen = bell.rings();
      try {
        if (!schema.isThere() || !claimAndRun()) {
          bell.await(seen, parts.config().claimEvery());
        }
        troubled = false;
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException | Error e) {
        closeSessions();
        if (!troubled) {
          LOG.warnf("No jobs can be claimed for now: %s", e);
        }
        troubled = true;
        pause();
      }
    }
    closeSessions();
  }

  /** Returns whether there was a job. */
  private boolean claimAndRun() {
    List<Session> mine = sessions();
    Pass pass = quarantine.enter().orElse(null);
    boolean suspect = false;
    Optional<Claim> claim;
    try {
      claim = mine.get(0).transaction(tx -> claim(tx, mine, pass != null));
      suspect = claim.filter(claimed -> claimed.view().attempt() > 0).isPresent();
    } finally {
      if (pass != null && !suspect) {
        pass.close();
      }
    }
    @Nullable Pass held = suspect ? pass : null;
    claim.ifPresent(claimed -> run(claimed, held));
    return claim.isPresent();
  }

  private Optional<Claim> claim(Tx tx, List<Session> mine, boolean suspects) {
    Optional<Claim> claim =
        parts
            .leases()
            .claim(
                tx,
                owner,
                mine.stream().map(Session::backend).toList(),
                parts.leaseConfig().duration(),
                new Choice(onlyOneChunk, suspects, quarantine.shunned(), ChunkCodec.NEWEST));
    claim
        .filter(Claim::first)
        .ifPresent(first -> parts.outbox().add(tx, JobEventType.STARTED, first.view()));
    return claim;
  }

  private void run(Claim claim, @Nullable Pass pass) {
    ClaimedJob job = claim.job();
    parts.wakeRelay().run();
    Thread thread = Thread.currentThread();
    Span span = parts.spans().slice(job);
    Holding holding = new Holding(job.lease(), () -> abandon(job, pass, thread));
    current = holding;
    heartbeats.add(holding);
    try {
      Context.current()
          .with(span)
          .wrap(() -> LogContext.during(job, () -> runUntilItEnds(job, holding, pass)))
          .run();
    } finally {
      span.end();
      heartbeats.remove(holding);
      if (pass != null) {
        pass.close();
      }
    }
  }

  private void runUntilItEnds(ClaimedJob job, Holding holding, @Nullable Pass pass) {
    LOG.debugf("Job %s claimed at chunk %d", job.id(), job.nextChunk());
    try {
      runner(job, plans.planOf(job), holding, pass);
    } catch (LeaseLostException lost) {
      lost(job);
    } catch (RowsExpiredException gone) {
      rowsAreGone(job, "The rows can no longer be read", gone.getMessage());
    } catch (UnreadableChunkException damaged) {
      deadChunks.put(job, damaged);
      rowsAreGone(job, "A record with rows does not open", damaged.getMessage());
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
      closeSessions();
      refused(job, failure);
    } catch (PoisonRowException poison) {
      failed(job, poison, poison.row());
    } catch (RuntimeException | Error bug) {
      failed(job, bug, null);
    }
  }

  private void rowsAreGone(ClaimedJob job, String what, String details) {
    settle(
        job,
        tx -> {
          String where =
              parts.leases().place(tx, job.lease()).map(JobPlace::words).orElse("the end");
          return interrupt(tx, job.lease(), what + ": " + where + ".");
        },
        () -> LOG.errorf("Job %s cannot go on: %s", job.id(), details));
  }

  private void refused(ClaimedJob job, SqlFailure failure) {
    if (failure.isConnectionLost()) {
      settle(
          job,
          tx -> tries.count(tx, job.lease(), Cause.CONNECTION_LOST, null),
          () -> {
            parts.meters().tryFailed(Cause.CONNECTION_LOST);
            LOG.warnf("Job %s lost its connection (%s)", job.id(), failure.sqlState());
          });
    } else if (failure.isUnavailable() || failure.isWorthAnotherTry()) {
      settle(
          job,
          tx -> parts.leases().release(tx, job.lease(), OUTAGE_DELAY, false),
          () -> LOG.warnf("Job %s waits for PostgreSQL (%s)", job.id(), failure.sqlState()));
    } else {
      // The server's message may hold cell values; the SQLSTATE cannot.
      countFailure(job, null, "SQLSTATE " + failure.sqlState(), null);
    }
  }

  private void failed(ClaimedJob job, Throwable bug, @Nullable RowRef row) {
    closeSessions();
    countFailure(job, row, bug.getClass().getSimpleName(), Wordless.of(bug));
  }

  private void countFailure(
      ClaimedJob job, @Nullable RowRef row, String why, @Nullable Wordless bug) {
    Span.current().setStatus(StatusCode.ERROR, why);
    quarantine.shun(job.id(), LEFT_TO_OTHERS);
    settle(
        job,
        tx -> tries.count(tx, job.lease(), Cause.WORK_FAILED, row),
        () -> {
          parts.meters().tryFailed(Cause.WORK_FAILED);
          LOG.errorf(
              bug,
              "Job %s failed at its work%s: %s",
              job.id(),
              row == null
                  ? ""
                  : ", at row %d of file %d".formatted(row.rowNumber(), row.fileNumber()),
              why);
        });
  }

  /**
   * The runner does not come back, maybe never. Its thread is given up, and another one takes its
   * place: jobs that hang would take one slot after the other, until none is left for anybody.
   */
  private void abandon(ClaimedJob job, @Nullable Pass pass, Thread thread) {
    abandoned = true;
    String name = thread.getName();
    LOG.errorf(
        "Job %s hangs. %s",
        job.id(), Traces.ofThreads(name, name + Lanes.SUFFIX, name + RowFeed.AHEAD_SUFFIX));
    quarantine.shun(job.id(), parts.leaseConfig().duration().plus(LEFT_TO_OTHERS));
    if (pass != null) {
      pass.close();
    }
    // Ends what only waits. What loops goes on until the process ends.
    thread.interrupt();
    if (!stopping) {
      whenStuck.accept(this);
    }
  }

  private <R> void runner(
      ClaimedJob job, ImportPlan<R> plan, Holding holding, @Nullable Pass pass) {
    JobRunner<R> runner =
        new JobRunner<>(
            parts,
            sessions(),
            job,
            plan,
            holding,
            began -> stopping || sliceIsOver(job, began),
            pass);
    JobRunner.End end = runner.run();
    Span.current().setAttribute("rowledger.slice.end", end.name().toLowerCase(Locale.ROOT));
    switch (end) {
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
    parts.meters().leaseLost();
    Span.current().setAttribute("rowledger.slice.end", "lost");
    LOG.infof("Job %s is somebody else's now", job.id());
    closeSessions();
  }

  /** Jobs that wait for the one which has just ended are claimed or failed now. */
  private void othersMayGoOn() {
    bell.ring();
    parts.dependents().failThoseOfEndedJobs();
  }

  private boolean sliceIsOver(ClaimedJob job, long began) {
    return System.nanoTime() - began > parts.config().slice().toNanos()
        && database.transaction(tx -> parts.leases().shouldYield(tx, job, ChunkCodec.NEWEST));
  }

  private boolean interrupt(Tx tx, Lease lease, String message) {
    Optional<JobView> ended =
        parts.leases().interrupt(tx, lease, Interruption.ROWS_EXPIRED.name(), message);
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
    // Work is over: waiting here for the database, however long, is not hanging.
    if (current != null) {
      heartbeats.remove(current);
    }
    // A thread that was given up may still say how its run ended; interrupted it could not.
    Thread.interrupted();
    while (true) {
      try {
        if (database.transaction(tx -> endInTime(tx, ending))) {
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
        if (outOfTime) {
          LOG.warnf("The lease of job %s is left to run out (%s)", job.id(), away.sqlState());
          return;
        }
        pause();
      }
    }
  }

  private boolean endInTime(Tx tx, Predicate<Tx> ending) {
    tx.endWhenSilentFor(parts.leaseConfig().duration());
    return ending.test(tx);
  }

  private List<Session> sessions() {
    // Another job of one chunk would leave the second one unused.
    int wanted = onlyOneChunk ? 1 : 2;
    while (sessions.size() < wanted) {
      sessions.add(database.openSession());
    }
    return sessions;
  }

  private void closeSessions() {
    sessions.forEach(Session::close);
    sessions.clear();
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
