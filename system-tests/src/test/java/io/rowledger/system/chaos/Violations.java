package io.rowledger.system.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What was promised and did not hold, and the diary of the run in which it did not. */
final class Violations {
  private final long seed;
  private final Path diary;
  private volatile long began = System.nanoTime();
  private final Queue<String> all = new ConcurrentLinkedQueue<>();

  Violations(long seed, Path diary) {
    this.seed = seed;
    this.diary = diary;
  }

  /** From now on time is counted. */
  void begin() {
    began = System.nanoTime();
    note("begun with seed " + seed);
  }

  /**
   * Notes that something is not as promised.
   *
   * @param about usually {@code job <id>}
   */
  void add(String about, String expected, String found) {
    String line =
        "seed %d, after %s, %s: expected %s, found %s"
            .formatted(seed, clock(sinceBegin()), about, expected, found);
    all.add(line);
    note("VIOLATION " + line);
  }

  /** Notes one when the condition is false. */
  void expect(boolean holds, String about, String expected, Object found) {
    if (!holds) {
      add(about, expected, String.valueOf(found));
    }
  }

  List<String> all() {
    return List.copyOf(all);
  }

  Duration sinceBegin() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Writes a line into the diary, beside which the logs of the processes can be read. */
  synchronized void note(String line) {
    try {
      Files.writeString(
          diary,
          "%s %s %s%n".formatted(Instant.now(), clock(sinceBegin()), line),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String clock(Duration time) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d.%d",
        time.toMinutes(),
        time.toSecondsPart(),
        time.toMillisPart() / 100);
  }
}
