package io.rowledger.api.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Slow clients. A connection costs a client next to nothing and this service a place; one that
 * sends or reads a byte a second is never idle and would keep its place for ever.
 */
@ConfigMapping(prefix = "rowledger.connection")
public interface ConnectionConfig {

  /** How long a new connection may take to send the head of its first request; then 408. */
  @WithDefault("20s")
  Duration headTimeout();

  /** How long a connection may stay open between an answer and the head of the next request. */
  @WithDefault("75s")
  Duration keepAlive();

  /** How long a body may take before its speed is looked at. */
  @WithDefault("20s")
  Duration bodyGrace();

  /**
   * Bytes of a body that have to come in each second, on the average since the grace period; fewer
   * are answered with 408. Time in which this service does not read is not counted.
   */
  @WithDefault("1024")
  int bodyBytesPerSecond();

  /** How long a client may leave an answer unread when no more of it fits into the buffers. */
  @WithDefault("30s")
  Duration writeTimeout();

  /** How long the rest of a body may come when it was answered before its end. */
  @WithDefault("5s")
  Duration drainTimeout();
}
