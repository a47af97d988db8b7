package io.rowledger.api.idempotency;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Requests that may be sent again. */
@ConfigMapping(prefix = "rowledger.idempotency")
interface IdempotencyConfig {

  /** How long a key is remembered. Callers were promised a day, so at least 24 hours. */
  @WithDefault("48h")
  Duration keepFor();
}
