package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Fault.Sort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * One run.
 *
 * @param name of its directory under {@code target/chaos}
 * @param services where the services are that are run; usually this build
 * @param time during which faults happen
 * @param every mean time between two faults
 * @param sorts of faults
 * @param load what is sent
 * @param atOnce jobs that the load leaves open before it sends another
 */
record Settings(
    String name,
    Path services,
    long seed,
    Duration time,
    Duration every,
    Set<Sort> sorts,
    Load load,
    int atOnce,
    Conditions conditions) {

  /** What a run takes before and after its faults, in a run of many minutes. */
  private static final Duration AROUND = Duration.ofSeconds(100);

  /** A run of about a minute. */
  static Settings shortRun(long seed) {
    return new Settings(
        "short",
        repository(),
        seed,
        Duration.ofSeconds(25),
        Duration.ofMillis(1_800),
        Schedule.SOON_OVER,
        Load.upTo(12_000),
        10,
        Conditions.ORDINARY);
  }

  /** A run of so many minutes in all. */
  static Settings longRun(long seed, int minutes) {
    return new Settings(
        "long",
        repository(),
        seed,
        Duration.ofMinutes(minutes).minus(AROUND),
        Duration.ofSeconds(5),
        Schedule.ALL,
        Load.upTo(30_000),
        16,
        Conditions.ORDINARY);
  }

  static Path repository() {
    return Path.of(System.getProperty("rowledger.root", "..")).normalize();
  }

  Path directory() {
    return output().resolve(name);
  }

  /** Where reports are written. */
  static Path output() {
    return Path.of(System.getProperty("rowledger.work")).resolveSibling("chaos");
  }
}
