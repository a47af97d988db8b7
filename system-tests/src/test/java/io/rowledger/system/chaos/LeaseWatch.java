package io.rowledger.system.chaos;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Looks how long jobs stay with a lease that has run out. */
final class LeaseWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(200);

  private final Database database;
  private final AtomicLong longest = new AtomicLong();
  private final Thread thread = new Thread(this::watch, "lease-watch");
  private volatile boolean closed;

  LeaseWatch(Database database) {
    this.database = database;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The longest time from the last sign of life of a worker until its job was taken from it. It
   * holds the outages of PostgreSQL, during which nobody can take anything over.
   */
  Duration longest() {
    return longest.get() == 0
        ? Duration.ZERO
        : Installation.LEASE.plus(Duration.ofMillis(longest.get()));
  }

  @Override
  public void close() {
    closed = true;
  }

  private void watch() {
    while (!closed) {
      try {
        database
            .read(
                """
                SELECT coalesce(max(extract(epoch FROM clock_timestamp() - lease_expires_at) * 1000), 0)::bigint
                  FROM import_job WHERE status = 'running' AND lease_expires_at < clock_timestamp()
                """,
                row -> row.getLong(1))
            .forEach(late -> longest.accumulateAndGet(late, Math::max));
      } catch (SQLException away) {
        // Nobody can take over now; the next look tells how long it was.
      }
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }
}
