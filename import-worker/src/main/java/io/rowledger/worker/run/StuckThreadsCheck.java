package io.rowledger.worker.run;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Down when as many threads hang as this process works on jobs with: each may use up a processor,
 * and only a new process is rid of them. Jobs in work are given back first, as with every orderly
 * stop. A single one is no reason: the job that did it has had its tries soon.
 */
@Liveness
@ApplicationScoped
class StuckThreadsCheck implements HealthCheck {

  private final Worker worker;
  private final WorkerConfig config;

  StuckThreadsCheck(Worker worker, WorkerConfig config) {
    this.worker = worker;
    this.config = config;
  }

  @Override
  public HealthCheckResponse call() {
    long stuck = worker.stuckThreads();
    return HealthCheckResponse.named("stuck threads")
        .status(stuck <= config.slots())
        .withData("stuck", stuck)
        .build();
  }
}
