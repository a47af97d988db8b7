package io.rowledger.api.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When to try again.
 *
 * @param delays how long to wait after the first failed try, the second and so on; after the last
 *     of them there is one more try, and then none
 */
public record RetrySchedule(List<Duration> delays) {

  /** Up to a fifth more or less, so that what failed together does not come back together. */
  private static final double JITTER = 0.2;

  public RetrySchedule {
    delays = List.copyOf(delays);
    if (delays.stream().anyMatch(delay -> delay.isNegative() || delay.isZero())) {
      throw new IllegalArgumentException("a delay before another try is longer than nothing");
    }
  }

  /**
   * How long to wait before the next try; empty when there is none.
   *
   * @param failed tries so far, at least 1, all of them failed
   * @param random from 0 (shortest) to 1 (longest)
   */
  public Optional<Duration> after(int failed, double random) {
    if (failed > delays.size()) {
      return Optional.empty();
    }
    double factor = 1 - JITTER + 2 * JITTER * random;
    return Optional.of(Duration.ofMillis(Math.round(delays.get(failed - 1).toMillis() * factor)));
  }
}
