package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Fault.Sort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The faults of a run: the same for the same seed. Rounds, so that no sort of them is forgotten.
 */
final class Schedule {
  static final Set<Sort> ALL = EnumSet.allOf(Sort.class);

  /** Without those that only a time-out ends, which is longer than a short run. */
  static final Set<Sort> SOON_OVER =
      EnumSet.complementOf(EnumSet.of(Sort.SILENCE_POSTGRES, Sort.SILENCE_KAFKA));

  private Schedule() {}

  /**
   * Faults for so long.
   *
   * @param every the mean time between two faults; how long they last does not matter
   * @param stretch they last so many times as long
   */
  static List<Fault> of(
      Random random, Duration time, Duration every, Set<Sort> sorts, int stretch) {
    List<Fault> faults = new ArrayList<>();
    List<Sort> round = new ArrayList<>();
    long at = 0;
    while (true) {
      at += every.toMillis() / 2 + random.nextInt(Math.toIntExact(every.toMillis()));
      if (at >= time.toMillis()) {
        return faults;
      }
      if (round.isEmpty()) {
        round.addAll(EnumSet.copyOf(sorts));
        Collections.shuffle(round, random);
      }
      Sort sort = round.remove(round.size() - 1);
      Duration lasts = lasts(sort, random).multipliedBy(stretch);
      faults.add(new Fault(Duration.ofMillis(at), sort, random.nextLong(), lasts));
    }
  }

  private static Duration lasts(Sort sort, Random random) {
    int shortest;
    int longest;
    switch (sort) {
      case FREEZE_WORKER_LONG -> {
        shortest = 4_000;
        longest = 9_000;
      }
      case FREEZE_WORKER, FREEZE_API -> {
        shortest = 300;
        longest = 2_500;
      }
      case DELAY_POSTGRES, DELAY_KAFKA -> {
        shortest = 1_000;
        longest = 5_000;
      }
      default -> {
        shortest = 200;
        longest = 5_000;
      }
    }
    return Duration.ofMillis(shortest + random.nextInt(longest - shortest));
  }
}
