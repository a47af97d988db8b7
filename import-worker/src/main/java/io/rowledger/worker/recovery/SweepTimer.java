package io.rowledger.worker.recovery;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class SweepTimer {

  private final ExpiredLeaseSweeper sweeper;

  SweepTimer(ExpiredLeaseSweeper sweeper) {
    this.sweeper = sweeper;
  }

  @Scheduled(every = "${rowledger.lease.sweep:2s}", concurrentExecution = ConcurrentExecution.SKIP)
  void sweep() {
    sweeper.sweep();
  }
}
