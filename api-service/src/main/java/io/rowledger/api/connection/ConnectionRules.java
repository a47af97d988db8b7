package io.rowledger.api.connection;

import io.rowledger.api.problem.EdgeProblem;
import java.time.Duration;

/**
 * The configuration in ticks. Ticks are counted and no clock is asked: a process that was frozen
 * for a minute would otherwise blame its clients for it.
 *
 * @param tick milliseconds between two looks at a connection
 */
record ConnectionRules(
    EdgeProblem problems,
    long tick,
    int head,
    int keepAlive,
    int bodyGrace,
    long bodyBytesPerTick,
    int write,
    int drain) {

  private static final long LONGEST_TICK = 1_000;
  private static final long SHORTEST_TICK = 50;

  static ConnectionRules of(ConnectionConfig config, EdgeProblem problems) {
    long shortest =
        Math.min(
            Math.min(config.headTimeout().toMillis(), config.bodyGrace().toMillis()),
            Math.min(config.writeTimeout().toMillis(), config.drainTimeout().toMillis()));
    long tick = Math.max(SHORTEST_TICK, Math.min(LONGEST_TICK, shortest / 4));
    return new ConnectionRules(
        problems,
        tick,
        ticks(config.headTimeout(), tick),
        ticks(config.keepAlive(), tick),
        ticks(config.bodyGrace(), tick),
        config.bodyBytesPerSecond() * tick / 1_000,
        ticks(config.writeTimeout(), tick),
        ticks(config.drainTimeout(), tick));
  }

  private static int ticks(Duration time, long tick) {
    return Math.toIntExact(Math.max(1, time.toMillis() / tick));
  }
}
