package io.rowledger.api.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Readiness. */
@ConfigMapping(prefix = "rowledger.health")
public interface HealthConfig {

  /**
   * How long PostgreSQL may be away before the service calls itself not ready. Shorter outages are
   * answered with 503 and Retry-After, which says more than a load balancer without backends.
   */
  @WithDefault("60s")
  Duration databaseGrace();
}
