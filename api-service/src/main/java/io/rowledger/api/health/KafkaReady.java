package io.rowledger.api.health;

import io.rowledger.core.chunk.ChunkLogPulse;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while Kafka refuses our login or shows a certificate that we do not trust. Ready while
 * it is only away: jobs can be looked up without it, and uploads say 503 themselves.
 */
@Readiness
@Singleton
class KafkaReady implements HealthCheck {

  private final ChunkLogPulse kafka;

  KafkaReady(ChunkLogPulse kafka) {
    this.kafka = kafka;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("kafka")
        .status(kafka.isUsable())
        .withData("state", kafka.state().name())
        .build();
  }
}
