package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.PER_SECOND;
import static io.rowledger.benchmark.Report.Unit.RATIO;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Imports of each kind beside {@code COPY}, those of transactions beside Spring Batch as well.
 * Every import has a {@code COPY} just before it, and an empty table.
 */
final class Imports implements Scenario {

  private static final int WARM_UP_ROWS = 200_000;

  /** Entities that user events are about: enough that they are not all in one page. */
  private static final int KNOWN_ENTITIES = 100_000;

  @Override
  public void run(Settings settings, Report report) throws Exception {
    Path files = Files.createDirectories(Settings.WORK.resolve("files"));
    try (Installation installation = Installation.start(settings, 1)) {
      Measure measure = new Measure(installation, report, settings.rows());
      report.begin("Imports: transactions");
      measure.kind(Kind.TRANSACTIONS, SampleFile.Recipe.clean(files), settings.rounds());
      report.begin("Imports: entities");
      measure.kind(Kind.ENTITIES, SampleFile.Recipe.clean(files), settings.rounds());
      report.begin("Imports: user events");
      // About the entities of the last round, which are still there.
      measure.kind(
          Kind.USER_EVENTS,
          SampleFile.Recipe.clean(files).about(installation.entities(KNOWN_ENTITIES)),
          settings.rounds());
    }
  }

  private static final class Measure {
    private final Installation installation;
    private final Report report;
    private final int rows;
    private final ImportClient client;
    private final CopyBaseline copy;
    private final SpringBatchBaseline springBatch;

    Measure(Installation installation, Report report, int rows) {
      this.installation = installation;
      this.report = report;
      this.rows = rows;
      client = installation.client();
      copy = new CopyBaseline(installation);
      springBatch = new SpringBatchBaseline(installation);
    }

    void kind(Kind kind, SampleFile.Recipe recipe, int rounds) throws Exception {
      warmUp(recipe.write(kind, "warm-" + kind.table(), Math.min(rows, WARM_UP_ROWS)));
      for (int round = 1; round <= rounds; round++) {
        SampleFile clean = recipe.write(kind, "clean-" + kind.table() + round, rows);
        SampleFile dirty = recipe.dirty().write(kind, "dirty-" + kind.table() + round, rows);
        round(clean, dirty);
        clean.delete();
        dirty.delete();
      }
    }

    private void warmUp(SampleFile file) throws Exception {
      copy.rate(file);
      imported(file, Mode.CONTINUE_COLLECT_ERRORS);
      if (file.kind() == Kind.TRANSACTIONS) {
        imported(file, Mode.ROLLBACK_ALL);
      }
      file.delete();
    }

    private void round(SampleFile clean, SampleFile dirty) throws Exception {
      String name = clean.kind().title();
      double ceiling = copied(clean);
      ImportClient.Import each = imported(clean, Mode.CONTINUE_COLLECT_ERRORS);
      report.add(
          name + ", first byte to completed ÷ COPY", RATIO, "≥ 0.8", each.wholeRate() / ceiling);
      report.add(
          name + ", startedAt to completedAt ÷ COPY", RATIO, "≥ 1.1", each.workRate() / ceiling);
      ImportClient.Import bad = imported(dirty, Mode.CONTINUE_COLLECT_ERRORS);
      report.add(
          name + ", 1 % bad and 5 % repeated ÷ clean",
          RATIO,
          "≥ 0.8",
          bad.wholeRate() / each.wholeRate());
      if (clean.kind() == Kind.TRANSACTIONS) {
        double second = copied(clean);
        ImportClient.Import all = imported(clean, Mode.ROLLBACK_ALL);
        report.add(
            name + ", rollback_all, first byte to completed ÷ COPY",
            RATIO,
            "≥ 0.6",
            all.wholeRate() / second);
        springBatch(clean);
      }
    }

    private void springBatch(SampleFile clean) throws Exception {
      double third = copied(clean);
      double peer = springBatch.rate(clean);
      report.add("Spring Batch ÷ COPY", RATIO, peer / third);
      ImportClient.Import again = imported(clean, Mode.CONTINUE_COLLECT_ERRORS);
      report.add(
          "transactions, first byte to completed ÷ Spring Batch",
          RATIO,
          "≥ 3",
          again.wholeRate() / peer);
    }

    private double copied(SampleFile file) throws Exception {
      double rate = copy.rate(file);
      report.add("COPY of " + file.kind().title(), PER_SECOND, rate);
      return rate;
    }

    /** Into an empty table, as the baseline. */
    private ImportClient.Import imported(SampleFile file, Mode mode) throws Exception {
      installation.clear(file.kind());
      return client.run(file, mode);
    }
  }
}
