package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Fault.Sort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * One line of the product, broken on purpose, and the sort of run in which that could show. A
 * replacement is exact and must fit once: who changes the line has to look here again.
 */
enum Mutant {
  /**
   * Where the backend of a lost lease can be ended, that alone keeps its runner out. So PostgreSQL
   * ends none here, as under a role that may not signal the other's.
   */
  FENCE_DROPPED(
      "the fence is dropped from the WHERE of the guard",
      "core/src/main/java/io/rowledger/core/job/LeaseRepository.java",
      "\" WHERE id = ? AND fence = ? AND status = 'running' \"",
      "\" WHERE id = ? AND ?::bigint IS NOT NULL AND status = 'running' \"",
      new Load(EnumSet.of(Kind.TRANSACTIONS), EnumSet.of(Mode.ROLLBACK), false, 500, 5_000),
      EnumSet.of(Sort.FREEZE_WORKER_LONG, Sort.DELAY_KAFKA),
      Duration.ofMillis(1_500),
      true),

  COUNTERS_APART(
      "counters are committed in another transaction than the rows",
      "import-worker/src/main/java/io/rowledger/worker/run/JobRunner.java",
      "    Counts counts = chunk.writeAll(tx, group.rows());\n"
          + "    countEntities(tx, chunk.entitiesCreated());\n",
      "    Counts counts = chunk.writeAll(tx, group.rows());\n"
          + "    tx.execute(\"COMMIT; BEGIN\");\n"
          + "    countEntities(tx, chunk.entitiesCreated());\n",
      new Load(EnumSet.of(Kind.TRANSACTIONS), EnumSet.of(Mode.CONTINUE), true, 3_000, 15_000),
      EnumSet.of(Sort.DELAY_POSTGRES, Sort.KILL_WORKER, Sort.END_BACKENDS, Sort.CUT_POSTGRES),
      Duration.ofMillis(1_000),
      false),

  ANSWERED_BEFORE_COMMIT(
      "the API acknowledges an upload before its commit",
      "api-service/src/main/java/io/rowledger/api/upload/SubmitImport.java",
      "  public Answer submit(NewJob job, Rows rows, Keyed keyed) {\n"
          + "    AtomicReference<Answer> reached = new AtomicReference<>();\n",
      """
        public Answer submit(NewJob job, Rows rows, Keyed keyed) {
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
      """,
      new Load(EnumSet.allOf(Kind.class), EnumSet.allOf(Mode.class), true, 1, 200),
      EnumSet.of(Sort.DELAY_POSTGRES, Sort.CUT_POSTGRES, Sort.END_BACKENDS, Sort.KILL_API),
      Duration.ofMillis(1_000),
      false),

  ACKS_NOT_AWAITED(
      "the relay deletes events without waiting for the broker's acknowledgements",
      "core/src/main/java/io/rowledger/core/event/OutboxRelay.java",
      "        sent.get(i).get();\n        acknowledged.add(id);\n",
      "        if (sent.get(i).isDone()) {\n          sent.get(i).get();\n        }\n"
          + "        acknowledged.add(id);\n",
      new Load(EnumSet.allOf(Kind.class), EnumSet.allOf(Mode.class), true, 1, 200),
      EnumSet.of(Sort.STALL_KAFKA, Sort.CUT_KAFKA, Sort.KILL_API, Sort.KILL_WORKER),
      Duration.ofMillis(1_500),
      false),

  NOTHING_SWEPT(
      "leases that have run out are left alone",
      "import-worker/src/main/java/io/rowledger/worker/recovery/ExpiredLeaseSweeper.java",
      "takeovers.expired(tx, BATCH)",
      "takeovers.expired(tx, BATCH - BATCH)",
      new Load(EnumSet.allOf(Kind.class), EnumSet.allOf(Mode.class), true, 1_000, 12_000),
      EnumSet.of(Sort.KILL_WORKER, Sort.FREEZE_WORKER_LONG),
      Duration.ofMillis(2_000),
      false);

  private static final long SEED = 4711;
  private static final Duration TIME = Duration.ofSeconds(60);

  private final String what;
  private final String file;
  private final String find;
  private final String replace;
  private final Load load;
  private final Set<Sort> sorts;
  private final Duration every;
  private final boolean endless;

  Mutant(
      String what,
      String file,
      String find,
      String replace,
      Load load,
      Set<Sort> sorts,
      Duration every,
      boolean endless) {
    this.what = what;
    this.file = file;
    this.find = find;
    this.replace = replace;
    this.load = load;
    this.sorts = EnumSet.copyOf(sorts);
    this.every = every;
    this.endless = endless;
  }

  String what() {
    return what;
  }

  String file() {
    return file;
  }

  String find() {
    return find;
  }

  String replace() {
    return replace;
  }

  String directory() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The run in which these services are to be caught. */
  Settings run(String name, Path services) {
    return new Settings(name, services, SEED, TIME, every, sorts, load, 12, endless, true);
  }
}
