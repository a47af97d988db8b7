package io.rowledger.api.idempotency;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Forgets keys that nobody may send again. */
@Singleton
class IdempotencySweep {

  private static final Logger LOG = Logger.getLogger(IdempotencySweep.class);
  private static final Duration PROMISED = Duration.ofHours(24);

  /** Rows of one transaction. */
  private static final int BATCH = 5_000;

  private final Database database;
  private final IdempotencyRepository keys;
  private final Duration keepFor;

  IdempotencySweep(Database database, IdempotencyRepository keys, IdempotencyConfig config) {
    this.database = database;
    this.keys = keys;
    this.keepFor = config.keepFor();
  }

  void start(@Observes StartupEvent event) {
    if (keepFor.compareTo(PROMISED) < 0) {
      throw new IllegalStateException(
          "rowledger.idempotency.keep-for is %s; callers were promised %s"
              .formatted(keepFor, PROMISED));
    }
  }

  @Scheduled(every = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void sweep() {
    try {
      int deleted;
      do {
        deleted = database.acrossOrganizations(tx -> keys.deleteOlderThan(tx, keepFor, BATCH));
      } while (deleted == BATCH);
    } catch (SqlFailure away) {
      LOG.warnf("Old idempotency keys stay for now: %s", away.getMessage());
    }
  }
}
