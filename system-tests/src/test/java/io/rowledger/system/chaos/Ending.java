package io.rowledger.system.chaos;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** Waits until every job has ended and every event is sent, for as long as anything moves. */
final class Ending {
  /** Longer than the longest time-out of a service that waits for a dependency. */
  private static final Duration STUCK = Duration.ofMinutes(2);

  private static final Duration EVERY = Duration.ofMillis(200);

  private static final String OPEN =
      " FROM import_job WHERE status NOT IN ('completed', 'failed', 'cancelled', 'interrupted')";

  private final Database database;
  private final Ledger ledger;
  private final Owner owner;
  private final Violations violations;

  Ending(Database database, Ledger ledger, Owner owner, Violations violations) {
    this.database = database;
    this.ledger = ledger;
    this.owner = owner;
    this.violations = violations;
  }

  /** Returns whether all jobs have ended; jobs that are stuck are violations. */
  boolean await() {
    String before = "";
    long moved = System.nanoTime();
    while (true) {
      database
          .all(
              "SELECT id" + OPEN + " AND paused_at IS NOT NULL",
              row -> row.getObject(1, UUID.class))
          .forEach(id -> ledger.job(id).ifPresent(owner::resume));
      long open = database.count("SELECT count(*)" + OPEN);
      long waiting = database.count("SELECT count(*) FROM outbox");
      if (open == 0 && waiting == 0) {
        long refused = database.count("SELECT count(*) FROM outbox_dead_letter");
        violations.expect(refused == 0, "outbox", "no event that is refused", refused);
        return true;
      }
      String now = waiting + " " + progress();
      if (!now.equals(before)) {
        before = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STUCK.toNanos()) {
        tellOfStuck(waiting);
        return false;
      }
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  private String progress() {
    return database
        .all(
            "SELECT count(*), sum(succeeded), sum(failed), sum(skipped), sum(next_chunk)" + OPEN,
            row ->
                List.of(
                    row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)))
        .toString();
  }

  private void tellOfStuck(long waiting) {
    database
        .all(
            "SELECT id, concat_ws(' ', status, phase, next_chunk, 'of', chunk_count, 'attempt',"
                + " attempt, 'held by', lease_owner, 'until', lease_expires_at, 'not before',"
                + " not_before, 'after', after_job, 'paused', paused_at)"
                + OPEN,
            row -> row.getObject(1, UUID.class) + " " + row.getString(2))
        .forEach(job -> violations.add("job " + job, "an end", "none, and nothing moves"));
    violations.expect(waiting == 0, "outbox", "no event left", waiting + " events wait");
  }
}
