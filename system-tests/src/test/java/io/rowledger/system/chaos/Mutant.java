package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Fault.Sort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A line of the product, broken on purpose, and the sort of run in which that could show.
 *
 * @param name of its directories
 * @param file that is changed
 * @param find exact text, which must be there once: who changes it has to look here again
 */
record Mutant(String name, String what, String file, String find, String replace, Settings aimed) {

  private static final long SEED = 4711;
  private static final int AT_ONCE = 12;
  private static final Duration TIME = Duration.ofSeconds(90);
  private static final Set<Kind> EVERY_KIND = Set.of(Kind.values());
  private static final Set<Mode> EVERY_MODE = Set.of(Mode.values());

  /** All of them, or the one that {@code -Dmutant} names. */
  static List<Mutant> all() {
    String wanted = System.getProperty("mutant", "");
    return Stream.of(
            fenceDropped(),
            countersApart(),
            answeredBeforeCommit(),
            acksNotAwaited(),
            nothingSwept())
        .filter(mutant -> wanted.isEmpty() || mutant.name().equals(wanted))
        .toList();
  }

  /** The run in which these services are to be caught. */
  Settings run(String prefix, Path services) {
    return new Settings(
        prefix + "-" + name,
        services,
        aimed.seed(),
        aimed.time(),
        aimed.every(),
        aimed.sorts(),
        aimed.load(),
        aimed.atOnce(),
        aimed.conditions());
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * Where the backend of a lost lease can be ended, that alone keeps its runner out. So PostgreSQL
   * ends none here, as under a role that may not signal those of others.
   */
  private static Mutant fenceDropped() {
    return new Mutant(
        "fence-dropped",
        "the fence is dropped from the WHERE of the guard",
        "core/src/main/java/io/rowledger/core/job/LeaseRepository.java",
        "\" WHERE id = ? AND fence = ? AND status = 'running' \"",
        "\" WHERE id = ? AND ?::bigint IS NOT NULL AND status = 'running' \"",
        aimed(
            Duration.ofMillis(1_500),
            Set.of(Sort.FREEZE_WORKER_LONG),
            new Load(Set.of(Kind.TRANSACTIONS), Set.of(Mode.ROLLBACK), false, 500, 5_000),
            Conditions.aimed(20, 150, 1, true)));
  }

  private static Mutant countersApart() {
    return new Mutant(
        "counters-apart",
        "counters are committed in another transaction than the rows",
        "import-worker/src/main/java/io/rowledger/worker/run/JobRunner.java",
        """
            lane.transactions().atGuard();
            countEntities(tx, entities);
        """,
        """
            lane.transactions().atGuard();
            tx.execute("COMMIT; BEGIN");
            countEntities(tx, entities);
        """,
        aimed(
            Duration.ofMillis(2_500),
            Set.of(Sort.KILL_WORKER, Sort.END_BACKENDS, Sort.CUT_POSTGRES),
            new Load(Set.of(Kind.TRANSACTIONS), Set.of(Mode.CONTINUE), true, 3_000, 15_000),
            Conditions.aimed(120, 0, 1, false)));
  }

  private static Mutant answeredBeforeCommit() {
    return new Mutant(
        "answered-before-commit",
        "the API acknowledges an upload before its commit, which comes half a second later",
        "api-service/src/main/java/io/rowledger/api/upload/SubmitImport.java",
        """
          private Answer commitAndTell(NewJob job, Rows rows, Keyed keyed) {
            AtomicReference<Answer> reached = new AtomicReference<>();
            Answer answer;
            try {
              answer =
                  database.transaction(
                      job.organization(),
                      tx -> {
                        Answer made =
                            idempotency.once(
                                tx,
                                keyed.key(),
                                keyed.digest(),
                                () -> {
                                  JobView queued = insert(tx, job, rows);
                                  return Answer.first(queued.id(), keyed.body().apply(queued));
                                });
                        reached.set(made);
        """,
        """
          private Answer commitAndTell(NewJob job, Rows rows, Keyed keyed) {
            AtomicReference<Answer> reached = new AtomicReference<>();
            AtomicReference<RuntimeException> failed = new AtomicReference<>();
            Thread commit =
                new Thread(
                    () -> {
                      try {
                        committed(job, rows, keyed, reached);
                      } catch (RuntimeException e) {
                        failed.set(e);
                      }
                    });
            commit.start();
            while (reached.get() == null && commit.isAlive()) {
              Thread.onSpinWait();
            }
            Answer answer = reached.get();
            if (answer == null) {
              throw failed.get();
            }
            return answer;
          }

          private Answer committed(
              NewJob job, Rows rows, Keyed keyed, AtomicReference<Answer> reached) {
            Answer answer;
            try {
              answer =
                  database.transaction(
                      job.organization(),
                      tx -> {
                        Answer made =
                            idempotency.once(
                                tx,
                                keyed.key(),
                                keyed.digest(),
                                () -> {
                                  JobView queued = insert(tx, job, rows);
                                  return Answer.first(queued.id(), keyed.body().apply(queued));
                                });
                        reached.set(made);
                        java.util.concurrent.locks.LockSupport.parkNanos(500_000_000L);
        """,
        aimed(
            // More often, and nearly no upload would get as far as its commit.
            Duration.ofSeconds(2),
            Set.of(Sort.CUT_POSTGRES, Sort.END_BACKENDS),
            new Load(EVERY_KIND, EVERY_MODE, true, 1, 200),
            Conditions.aimed(10, 0, 1, false)));
  }

  private static Mutant acksNotAwaited() {
    return new Mutant(
        "acks-not-awaited",
        "the relay deletes events without waiting for the broker's acknowledgements",
        "core/src/main/java/io/rowledger/core/event/EventSender.java",
        """
              future.get();
              return new Acknowledged();
        """,
        """
              if (future.isDone()) {
                future.get();
              }
              return new Acknowledged();
        """,
        aimed(
            Duration.ofSeconds(15),
            Set.of(Sort.KILL_BROKER),
            new Load(EVERY_KIND, EVERY_MODE, true, 1, 2_000),
            Conditions.aimed(0, 100, 10, false)));
  }

  private static Mutant nothingSwept() {
    return new Mutant(
        "nothing-swept",
        "leases that have run out are left alone",
        "import-worker/src/main/java/io/rowledger/worker/recovery/ExpiredLeaseSweeper.java",
        "takeovers.expired(tx, BATCH)",
        "takeovers.expired(tx, BATCH - BATCH)",
        aimed(
            Duration.ofSeconds(4),
            Set.of(Sort.KILL_WORKER, Sort.FREEZE_WORKER_LONG),
            new Load(EVERY_KIND, EVERY_MODE, true, 1_000, 12_000),
            Conditions.aimed(60, 0, 1, false)));
  }

  private static Settings aimed(Duration every, Set<Sort> sorts, Load load, Conditions conditions) {
    return new Settings(
        "aimed", Settings.repository(), SEED, TIME, every, sorts, load, AT_ONCE, conditions);
  }
}
