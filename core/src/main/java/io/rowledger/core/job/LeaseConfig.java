package io.rowledger.core.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * How long a worker may hold a job without a sign of life, and what happens after. Only workers
 * read this.
 */
@ConfigMapping(prefix = "rowledger.lease")
public interface LeaseConfig {

  /** A job whose worker was not heard for this long is taken over. */
  @WithDefault("60s")
  Duration duration();

  /** How often a worker says that it is alive. At most a third of the duration. */
  @WithDefault("10s")
  Duration heartbeat();

  /** How often every worker looks for expired leases. */
  @WithDefault("2s")
  Duration sweep();

  /**
   * A runner that passed no mark for this long is stuck: its heartbeat stops and its job is taken
   * over when the lease runs out.
   */
  @WithDefault("120s")
  Duration maxChunkTime();

  /** Takeovers in a row without one committed chunk after which a job is interrupted. */
  @WithDefault("5")
  int maxAttempts();

  /**
   * Runs in a row without one committed chunk in which the connection to PostgreSQL broke, after
   * which a job is interrupted. Far above what an outage makes, which is one run however long it
   * lasts: the rests between these runs grow to half a minute.
   */
  @WithDefault("20")
  int maxConnectionLosses();
}
