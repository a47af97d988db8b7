package io.rowledger.system.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a run was and what came of it, for people to read. */
final class Report {
  private final Violations violations;
  private final int faults;
  private final int jobs;
  private final String text;

  Report(
      Settings settings,
      Violations violations,
      Ledger ledger,
      LedgerCheck tables,
      Map<Fault.Sort, Integer> faults,
      int restarts,
      long polls,
      Service service,
      EventCheck events,
      Duration longestTakeover) {
    this.violations = violations;
    this.faults = faults.values().stream().mapToInt(Integer::intValue).sum();
    this.jobs = ledger.jobs().size();
    StringBuilder text = new StringBuilder();
    text.append("# Chaos run\n\n| what | |\n|---|---|\n");
    line(text, "seed", settings.seed());
    line(text, "machine", machine());
    line(text, "time, from the first job to the last check", clock(violations.sinceBegin()));
    line(text, "time with faults", clock(settings.time()));
    line(text, "processes", processes());
    line(text, "faults", this.faults);
    line(text, "processes started again", restarts);
    line(text, "jobs", jobs);
    line(text, "uploads accepted", tables.countOf(Ledger.Knowledge.ACCEPTED));
    line(text, "uploads refused or broken off", tables.countOf(Ledger.Knowledge.REFUSED));
    line(text, "uploads whose answer was lost", tables.countOf(Ledger.Knowledge.UNKNOWN));
    line(text, "answers that were checked", polls);
    line(text, "requests answered", service.answered());
    line(text, "… with 503", service.unavailable());
    line(text, "requests without an answer", service.unanswered());
    line(text, "events", events.events());
    line(text, "events that came more than once", events.repeated());
    line(
        text,
        "longest time from a worker's last sign of life until its job was taken over, outages"
            + " included",
        String.format(Locale.ROOT, "%.1f s", longestTakeover.toMillis() / 1000.0));
    line(text, "**violations**", "**" + violations.all().size() + "**");
    table(text, "Faults", "fault", lowerCase(faults));
    List<StoredJob> stored = ledger.jobs().stream().map(tables::stored).toList();
    table(text, "Jobs by end", "end", count(stored, Report::end));
    table(text, "Jobs by kind and mode", "kind and mode", count(ledger.jobs(), Report::kind));
    table(text, "Jobs by origin", "origin", count(ledger.jobs(), Report::origin));
    table(text, "Rows by outcome", "outcome", rows(stored));
    if (!violations.all().isEmpty()) {
      text.append("\n## Violations\n\n");
      violations.all().forEach(one -> text.append("- ").append(one).append('\n'));
    }
    this.text = text.toString();
  }

  List<String> violations() {
    return violations.all();
  }

  int faults() {
    return faults;
  }

  int jobs() {
    return jobs;
  }

  /** Writes it as Markdown. */
  void write(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return text;
  }

  private static String processes() {
    return "%d APIs, %d workers, PostgreSQL, Kafka; leases of %d s"
        .formatted(Installation.APIS, Installation.WORKERS, Installation.LEASE.toSeconds());
  }

  private static String machine() {
    Runtime runtime = Runtime.getRuntime();
    long memory =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize() >> 30
            : 0;
    return "%d cores, %d GiB, %s, Java %s"
        .formatted(
            runtime.availableProcessors(),
            memory,
            System.getProperty("os.name"),
            System.getProperty("java.version"));
  }

  private static String end(StoredJob job) {
    String code = job.failureCode() == null ? "" : ", " + job.failureCode();
    String early = job.stoppedEarly() ? ", at its first failure" : "";
    return job.status() + code + early + (job.dryRun() ? ", dry run" : "");
  }

  private static String kind(LedgerJob job) {
    return job.kind().name().toLowerCase(Locale.ROOT) + ", " + job.mode().wireName();
  }

  private static String origin(LedgerJob job) {
    return job.source() instanceof LedgerJob.Upload
        ? "upload, " + job.plan().format().name().toLowerCase(Locale.ROOT)
        : job.source().getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Long> rows(List<StoredJob> jobs) {
    Map<String, Long> rows = new TreeMap<>();
    for (StoredJob job : jobs) {
      String dry = job.dryRun() ? ", forecast" : "";
      rows.merge("succeeded" + dry, (long) job.succeeded(), Long::sum);
      rows.merge("failed" + dry, (long) job.failed(), Long::sum);
      rows.merge("skipped" + dry, (long) job.skipped(), Long::sum);
      long rest = (long) job.total() - job.succeeded() - job.failed() - job.skipped();
      rows.merge("unprocessed" + dry, rest, Long::sum);
    }
    return rows;
  }

  private static <T> Map<String, Long> count(
      Iterable<? extends T> all, Function<? super T, String> name) {
    Map<String, Long> counts = new TreeMap<>();
    all.forEach(one -> counts.merge(name.apply(one), 1L, Long::sum));
    return counts;
  }

  private static Map<String, Integer> lowerCase(Map<Fault.Sort, Integer> faults) {
    return faults.entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Map.Entry::getValue,
                Integer::sum,
                TreeMap::new));
  }

  private static void table(
      StringBuilder text, String title, String name, Map<String, ? extends Number> counts) {
    text.append("\n## ").append(title).append("\n\n| ").append(name).append(" | |\n|---|---|\n");
    counts.forEach((key, value) -> line(text, key, value));
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String clock(Duration time) {
    return "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
