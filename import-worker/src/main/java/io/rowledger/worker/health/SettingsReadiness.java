package io.rowledger.worker.health;

import io.rowledger.core.startup.StartupChecks;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while Kafka or PostgreSQL is set up in a way that breaks promises, and says how. */
@Readiness
@Singleton
class SettingsReadiness implements HealthCheck {

  private final StartupChecks checks;

  SettingsReadiness(StartupChecks checks) {
    this.checks = checks;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("settings").status(checks.ready());
    checks.refusals().forEach(answer::withData);
    return answer.build();
  }
}
