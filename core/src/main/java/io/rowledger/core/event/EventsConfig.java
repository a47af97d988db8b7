package io.rowledger.core.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The topic that tells what happened to jobs. */
@ConfigMapping(prefix = "rowledger.events")
public interface EventsConfig {

  /** Topic of the job events. */
  @WithDefault("batch-import.job-events")
  String topic();

  /** {@code ce_source} of every event. */
  @WithDefault("/rowledger")
  String source();

  /** How often the outbox is looked at when nobody rings. */
  @WithDefault("1s")
  Duration relayEvery();

  /** At most one progress event of a job in this time; workers send them. */
  @WithDefault("5s")
  Duration progressEvery();

  /** How long Kafka may take to acknowledge an event before it is tried again. */
  @WithDefault("10s")
  Duration sendTimeout();
}
