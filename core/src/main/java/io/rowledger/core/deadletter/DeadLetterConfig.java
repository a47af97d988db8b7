package io.rowledger.core.deadletter;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The topic of records that could not be understood. Only workers read this. */
@ConfigMapping(prefix = "rowledger.dead-letters")
public interface DeadLetterConfig {

  /** Topic of the dead letters. A record is as large as one of the rows may be. */
  @WithDefault("batch-import.dead-letter")
  String topic();

  /** How long Kafka may take to acknowledge a dead letter, or one that is sent again. */
  @WithDefault("10s")
  Duration sendTimeout();
}
