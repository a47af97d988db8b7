package io.rowledger.api.retention;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.rowledger.api.tenant.RetentionConfig;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.SqlFailure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Runs retention in every process; whoever comes first does the work. */
@Singleton
class RetentionTimer {

  private static final Logger LOG = Logger.getLogger(RetentionTimer.class);
  private static final int MOST_DAYS = 3650;

  private final Retention retention;
  private final Schema schema;
  private final RetentionConfig config;

  RetentionTimer(Retention retention, Schema schema, RetentionConfig config) {
    this.retention = retention;
    this.schema = schema;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    check("rows-days", config.rowsDays());
    check("failures-days", config.failuresDays());
    check("dry-runs-days", config.dryRunsDays());
    check("contents-days", config.contentsDays());
    if (config.finishWithin().compareTo(Duration.ZERO) < 0) {
      throw new IllegalStateException("rowledger.retention.finish-within is negative");
    }
  }

  private static void check(String name, int days) {
    if (days < 1 || days > MOST_DAYS) {
      throw new IllegalStateException(
          "rowledger.retention.%s is %d; it can be 1 to %d".formatted(name, days, MOST_DAYS));
    }
  }

  @Scheduled(
      every = "${rowledger.retention.every:10m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void sweep() {
    if (!schema.isThere()) {
      return;
    }
    try {
      retention.run();
    } catch (SqlFailure away) {
      LOG.warnf("What is kept too long is forgotten later (%s)", away.sqlState());
    }
  }
}
