package io.rowledger.api.health;

import io.agroal.api.AgroalDataSource;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Ready while PostgreSQL answered within the grace period. The database is asked by a timer and not
 * by the probe: a probe that waits for a connection times out, and that is how services flap.
 */
@Readiness
@Singleton
class DatabasePulse implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(DatabasePulse.class);
  private static final int VALIDATION_SECONDS = 2;

  private final AgroalDataSource dataSource;
  private final InstantSource clock;
  private final Duration grace;
  private volatile Instant lastAnswer;

  DatabasePulse(AgroalDataSource dataSource, InstantSource clock, HealthConfig config) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.grace = config.databaseGrace();
    this.lastAnswer = clock.instant();
  }

  @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void beat() {
    try (Connection connection = dataSource.getConnection()) {
      if (connection.isValid(VALIDATION_SECONDS)) {
        lastAnswer = clock.instant();
      }
    } catch (SQLException e) {
      LOG.warnf("PostgreSQL does not answer since %s: %s", lastAnswer, e.getMessage());
    }
  }

  @Override
  public HealthCheckResponse call() {
    return answer(lastAnswer, clock.instant(), grace);
  }

  static HealthCheckResponse answer(Instant last, Instant now, Duration grace) {
    return HealthCheckResponse.named("postgresql")
        .status(now.isBefore(last.plus(grace)))
        .withData("lastAnswer", last.toString())
        .build();
  }
}
