package io.rowledger.worker.run;

import io.rowledger.core.job.Counts;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.run.RowFeed.Group;
import io.rowledger.worker.target.KeyLookUp;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The transactions of one run: bounded in time, tried again when that may help, timed, and counted
 * when they are committed. What is done in them is the runner's.
 */
final class JobTransactions {

  private static final int TRIES = 10;

  private final JobRunner.Parts parts;
  private final Session session;
  private final Holding holding;
  private final JobMeters meters;

  /** What the transaction in progress counts; nothing of it counts before the commit. */
  private Counts counted = Counts.ZERO;

  /** Since when it is at its guard; 0 before. */
  private long guardFrom;

  JobTransactions(JobRunner.Parts parts, Session session, Holding holding, JobMeters meters) {
    this.parts = parts;
    this.session = session;
    this.holding = holding;
    this.meters = meters;
  }

  /** A transaction about a group of chunks, with a span of its own. */
  <T> T ofGroup(String what, Group<?> group, Function<Tx, T> work) {
    return ofGroup(what, group, work, () -> {});
  }

  /**
   * The same.
   *
   * @param beforeAnotherTry called when PostgreSQL wants the transaction to be tried again
   */
  <T> T ofGroup(String what, Group<?> group, Function<Tx, T> work, Runnable beforeAnotherTry) {
    return parts
        .spans()
        .chunks(
            what,
            group.fromChunk(),
            group.toChunk(),
            () -> tryUntilDone(parts.config().transactionTimeout(), work, beforeAnotherTry));
  }

  <T> T run(Function<Tx, T> work) {
    return runWithin(parts.config().transactionTimeout(), work);
  }

  <T> T runWithin(Duration timeout, Function<Tx, T> work) {
    return tryUntilDone(timeout, work, () -> {});
  }

  /** The same work again when PostgreSQL says that trying again may help. */
  private <T> T tryUntilDone(Duration timeout, Function<Tx, T> work, Runnable beforeAnotherTry) {
    for (int attempt = 1; ; attempt++) {
      holding.check();
      holding.mark();
      counted = Counts.ZERO;
      guardFrom = 0;
      try {
        T result =
            session.transaction(
                tx -> {
                  limit(tx, timeout);
                  return work.apply(tx);
                });
        committed();
        holding.mark();
        parts.wakeRelay().run();
        return result;
      } catch (SqlFailure failure) {
        boolean again = failure.isWorthAnotherTry() || failure.isUniqueViolation();
        if (!again || attempt == TRIES) {
          throw failure;
        }
        parts.meters().triedAgain(failure.sqlState());
        beforeAnotherTry.run();
      }
    }
  }

  /** Times what the transaction in progress does with rows; what follows is its guard. */
  <T> T beforeGuard(ChunkTransaction<?> chunk, Supplier<T> work) {
    long begin = System.nanoTime();
    T result = work.get();
    long lookUp = chunk.takeLookUpTime();
    meters.took(Stage.LOOK_UP, lookUp);
    meters.took(Stage.WRITE, System.nanoTime() - begin - lookUp);
    atGuard();
    return result;
  }

  /** The guard of the transaction in progress begins now: it had to wait for another's commit. */
  void atGuard() {
    guardFrom = System.nanoTime();
  }

  /** Says what the transaction in progress comes to. */
  void count(Counts counts) {
    counted = counts;
  }

  private void committed() {
    meters.committed(counted);
    if (guardFrom != 0) {
      meters.took(Stage.COMMIT, System.nanoTime() - guardFrom);
    }
  }

  /**
   * A process that freezes between the guard and COMMIT holds the job's row, where no sweeper gets
   * at it: PostgreSQL itself ends a transaction that is silent for as long as a lease lasts.
   *
   * <p>The transaction behind this one is as silent, while it waits for its turn. So what this one
   * waits for, a table that somebody alters for example, may not take as long as that.
   *
   * <p>Keys are looked up by their index, see {@link KeyLookUp}.
   */
  private void limit(Tx tx, Duration timeout) {
    long lease = parts.leaseConfig().duration().toMillis();
    tx.execute(
        """
        SET LOCAL lock_timeout = %d;
        SET LOCAL transaction_timeout = %d;
        SET LOCAL idle_in_transaction_session_timeout = %d;
        %s
        """
            .formatted(
                Math.min(parts.config().lockTimeout().toMillis(), lease / 2),
                timeout.toMillis(),
                lease,
                KeyLookUp.BY_INDEX));
  }
}
