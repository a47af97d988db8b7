package io.rowledger.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Times as a table in a file in {@code target}. Reported, not asserted. */
final class TakeoverReport {
  private final Path file;
  private final String about;
  private final Map<String, String> rows = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param about a sentence on what was measured, without the machine
   */
  TakeoverReport(String fileName, String about) {
    this.file = Path.of(System.getProperty("rowledger.work")).resolveSibling(fileName);
    this.about = about;
  }

  /** Puts down what was measured so far; a run that is broken off leaves what it had. */
  void put(String what, List<Duration> times, @Nullable Duration bound) {
    if (times.isEmpty()) {
      return;
    }
    List<Duration> sorted = times.stream().sorted().toList();
    rows.put(
        what,
        String.format(
            Locale.ROOT,
            "| %s | %d | %s | %s | %s | %s |",
            what,
            sorted.size(),
            seconds(sorted.get(sorted.size() / 2)),
            seconds(sorted.get((int) Math.ceil(sorted.size() * 0.95) - 1)),
            seconds(sorted.get(sorted.size() - 1)),
            bound == null ? "–" : seconds(bound)));
    write();
  }

  void say(String remark) {
    remarks.add(remark);
    write();
  }

  private void write() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d processors. %s Times in seconds."
            .formatted(Runtime.getRuntime().availableProcessors(), about));
    lines.add("");
    lines.add("| what | times | median | 95 % | maximum | promised |");
    lines.add("|---|---|---|---|---|---|");
    lines.addAll(rows.values());
    lines.add("");
    lines.addAll(remarks);
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9);
  }
}
