package io.rowledger.worker.recovery;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.rowledger.core.control.Dependents;
import io.rowledger.core.sql.Schema;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class SweepTimer {

  private final ExpiredLeaseSweeper sweeper;
  private final Dependents dependents;
  private final Schema schema;

  SweepTimer(ExpiredLeaseSweeper sweeper, Dependents dependents, Schema schema) {
    this.sweeper = sweeper;
    this.dependents = dependents;
    this.schema = schema;
  }

  @Scheduled(every = "${rowledger.lease.sweep:2s}", concurrentExecution = ConcurrentExecution.SKIP)
  void sweep() {
    if (schema.isThere()) {
      sweeper.sweep();
      dependents.failThoseOfEndedJobs();
    }
  }
}
