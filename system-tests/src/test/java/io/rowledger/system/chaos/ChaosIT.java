package io.rowledger.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Whatever fails, in whatever order: every row of every upload that was accepted has exactly one
 * outcome. {@code -Dseed=…} gives it another order, {@code -Dminutes=…} more time; see
 * docs/chaos.md.
 */
class ChaosIT {
  private static final long SEED = 20260131;

  @Test
  void everyRowHasExactlyOneOutcomeWhateverFails() {
    long seed = Long.getLong("seed", SEED);
    int minutes = Integer.getInteger("minutes", 0);
    System.out.printf("Chaos with seed %d: -Dseed=%d repeats its faults%n", seed, seed);

    Report report =
        ChaosRun.run(minutes == 0 ? Settings.shortRun(seed) : Settings.longRun(seed, minutes));
    report.write(Settings.output().resolve("report.md"));

    assertThat(report.violations()).as("seed %d, see target/chaos", seed).isEmpty();
    assertThat(report.faults()).isGreaterThanOrEqualTo(minutes == 0 ? 4 : minutes * 20 / 3);
    assertThat(report.jobs()).isGreaterThanOrEqualTo(minutes == 0 ? 4 : minutes * 10 / 3);
  }
}
