package io.rowledger.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Takes the figures of docs/performance.md. A round is: COPY, an import, COPY, the next way to
 * import, … so that each ratio has its baseline just before it.
 *
 * <p>Arguments: launcher jar, directory to work in, rows, rounds, report to write.
 */
public final class Benchmark {

  private static final int SMALL_JOBS = 200;

  private final Installation installation;
  private final ImportClient client;
  private final CopyBaseline copy;
  private final SpringBatchBaseline springBatch;
  private final int rows;
  private final Samples copyRate = new Samples();
  private final Map<String, Samples> ratios = new LinkedHashMap<>();

  private Benchmark(Installation installation, int rows) {
    this.installation = installation;
    this.client = new ImportClient(installation);
    this.copy = new CopyBaseline(installation);
    this.springBatch = new SpringBatchBaseline(installation);
    this.rows = rows;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1], "benchmark");
    int rows = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    try (Installation installation =
        Installation.start(Path.of(arguments[0]), directory.resolve("data"))) {
      Benchmark benchmark = new Benchmark(installation, rows);
      Path files = Files.createDirectories(directory.resolve("files"));
      benchmark.warmUp(files);
      for (int round = 1; round <= rounds; round++) {
        say("round %d of %d", round, rounds);
        benchmark.round(files, round);
      }
      Samples small = benchmark.smallJobs(files);
      String report = benchmark.report(rounds, small);
      Files.writeString(Path.of(arguments[4]), report);
      say("%s", report);
    }
  }

  private void warmUp(Path files) throws Exception {
    say("warming up");
    TransactionFile file = TransactionFile.write(files, "warm", Math.min(rows, 200_000), 0, 0);
    copy.run(file);
    imported(file, "continue_collect_errors");
    imported(file, "rollback_all");
  }

  private void round(Path files, int round) throws Exception {
    TransactionFile clean = TransactionFile.write(files, "clean-" + round, rows, 0, 0);
    TransactionFile dirty = TransactionFile.write(files, "dirty-" + round, rows, 10, 50);
    double ceiling = copied(clean);
    ImportClient.Import each = imported(clean, "continue_collect_errors");
    ratio("continue_collect_errors, first byte to completed ÷ COPY", rate(each.whole()) / ceiling);
    ratio("continue_collect_errors, startedAt to completedAt ÷ COPY", rate(each.work()) / ceiling);
    ratio("accepted (first byte to 202) ÷ COPY", rate(each.accepted()) / ceiling);
    double peer = rate(springBatch.run(clean));
    ratio("Spring Batch ÷ COPY", peer / ceiling);
    ratio("continue_collect_errors, first byte to completed ÷ Spring Batch", rate(each.whole()) / peer);
    ImportClient.Import bad = imported(dirty, "continue_collect_errors");
    ratio("1 % bad, 5 % repeated ÷ clean", rate(bad.whole()) / rate(each.whole()));
    double second = copied(clean);
    ImportClient.Import all = imported(clean, "rollback_all");
    ratio("rollback_all, first byte to completed ÷ COPY", rate(all.whole()) / second);
    Files.delete(clean.upload());
    Files.delete(clean.copy());
    Files.delete(dirty.upload());
    Files.delete(dirty.copy());
  }

  private double copied(TransactionFile file) throws SQLException, IOException {
    double rate = rate(copy.run(file));
    copyRate.add(rate);
    say("  COPY: %,.0f rows/s", rate);
    return rate;
  }

  /** Into an empty table, as the baseline. */
  private ImportClient.Import imported(TransactionFile file, String mode)
      throws SQLException, IOException, InterruptedException {
    installation.execute("TRUNCATE transactions", "CHECKPOINT");
    ImportClient.Import done = client.run(file.upload(), mode);
    say("  %s: %s", mode, done);
    if (!done.status().equals("completed")
        || done.succeeded() + done.failed() + done.skipped() != file.rows()) {
      throw new IllegalStateException(done.toString());
    }
    return done;
  }

  private Samples smallJobs(Path files) throws IOException, InterruptedException {
    Samples millis = new Samples();
    for (int job = 0; job < SMALL_JOBS; job++) {
      TransactionFile one = TransactionFile.write(files, "one-" + job, 1, 0, 0);
      Duration took = client.small(one.upload());
      if (job >= SMALL_JOBS / 4) {
        millis.add(took.toNanos() / 1e6);
      }
    }
    return millis;
  }

  private void ratio(String name, double value) {
    say("  %s: %.2f", name, value);
    ratios.computeIfAbsent(name, any -> new Samples()).add(value);
  }

  private double rate(Duration took) {
    return rows / (took.toNanos() / 1e9);
  }

  private String report(int rounds, Samples small) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d transactions, %d rounds, %d processors, Java %s. COPY: median %,.0f rows/s (%,.0f to %,.0f).%n%n",
            rows,
            rounds,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"),
            copyRate.median(),
            copyRate.least(),
            copyRate.most()));
    text.append("| figure | median | least | most |\n|---|---|---|---|\n");
    ratios.forEach(
        (name, samples) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f |%n",
                    name,
                    samples.median(),
                    samples.least(),
                    samples.most())));
    text.append(
        String.format(
            Locale.ROOT,
            "%nOne row, idle system, upload sent to completed seen: median %.0f ms, 99th percentile %.0f ms (%d jobs). ",
            small.median(),
            small.percentile(0.99),
            SMALL_JOBS * 3 / 4));
    text.append(
        String.format(
            Locale.ROOT,
            "Peak resident memory: api-service %d MiB, import-worker %d MiB.%n",
            installation.peakMemory("api-service"),
            installation.peakMemory("import-worker-1")));
    return text.toString();
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
