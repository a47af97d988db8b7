package io.rowledger.worker.health;

import io.rowledger.core.chunk.ChunkLogPulse;
import io.rowledger.core.sql.Schema;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once PostgreSQL showed the schema and Kafka did not refuse us. A rollout with a wrong
 * password stops at its first pod; a dependency that goes away later changes nothing, because
 * workers get no requests that anybody could send elsewhere.
 */
@Readiness
@Singleton
class WorkerReady implements HealthCheck {

  private final Schema schema;
  private final ChunkLogPulse kafka;

  WorkerReady(Schema schema, ChunkLogPulse kafka) {
    this.schema = schema;
    this.kafka = kafka;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("worker")
        .status(schema.wasThere() && kafka.isUsable())
        .withData("schema", schema.wasThere())
        .withData("kafka", kafka.state().name())
        .build();
  }
}
