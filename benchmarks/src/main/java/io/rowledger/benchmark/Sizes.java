package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.MEBIBYTES;
import static io.rowledger.benchmark.Report.Unit.PER_SECOND;
import static io.rowledger.benchmark.Report.Unit.RATIO;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether memory and speed of a worker depend on how large a job is. */
final class Sizes implements Scenario {

  private static final int WARM_UP_ROWS = 200_000;

  /** A small job is over at once: it is taken more often. */
  private static final int ROWS_FOR_A_FIGURE = 100_000;

  @Override
  public void run(Settings settings, Report report) throws Exception {
    SampleFile.Recipe recipe = SampleFile.Recipe.clean(Files.createDirectories(filesDirectory()));
    report.begin("Sizes of jobs");
    try (Installation installation = Installation.start(settings, 1)) {
      List<SampleFile> files = new ArrayList<>();
      for (int rows : sizes(settings)) {
        files.add(recipe.transactions("size-" + rows, rows));
      }
      rates(settings, report, installation, recipe, files);
      memory(report, installation, files);
      for (SampleFile file : files) {
        file.delete();
      }
    }
  }

  private static Path filesDirectory() {
    return Settings.WORK.resolve("files");
  }

  private static List<Integer> sizes(Settings settings) {
    int rows = settings.rows();
    List<Integer> sizes = new ArrayList<>(List.of(Math.max(1, rows / 100), rows / 10, rows));
    if (settings.largest()) {
      sizes.add(Math.multiplyExact(rows, 10));
    }
    return sizes;
  }

  private static void rates(
      Settings settings,
      Report report,
      Installation installation,
      SampleFile.Recipe recipe,
      List<SampleFile> files)
      throws Exception {
    ImportClient client = installation.client();
    SampleFile warm = recipe.transactions("size-warm", Math.min(settings.rows(), WARM_UP_ROWS));
    client.run(warm, Mode.CONTINUE_COLLECT_ERRORS);
    warm.delete();
    List<Samples> rates = files.stream().map(any -> new Samples()).toList();
    for (int round = 1; round <= settings.rounds(); round++) {
      for (int i = 0; i < files.size(); i++) {
        SampleFile file = files.get(i);
        for (int row = 0; row < ROWS_FOR_A_FIGURE; row += Math.max(file.rows(), 10_000)) {
          installation.clear(Kind.TRANSACTIONS);
          double rate = client.run(file, Mode.CONTINUE_COLLECT_ERRORS).workRate();
          rates.get(i).add(rate);
          report.add(rows(file) + ", startedAt to completedAt", PER_SECOND, rate);
        }
      }
    }
    double slowest = rates.stream().mapToDouble(Samples::median).min().orElseThrow();
    double fastest = rates.stream().mapToDouble(Samples::median).max().orElseThrow();
    report.add("rows/s, slowest ÷ fastest of these medians", RATIO, "≥ 0.85", slowest / fastest);
  }

  private static void memory(Report report, Installation installation, List<SampleFile> files)
      throws Exception {
    ImportClient client = installation.client();
    List<Double> peaks = new ArrayList<>();
    for (SampleFile file : files) {
      installation.clear(Kind.TRANSACTIONS);
      installation.renew(Installation.WORKER);
      client.run(file, Mode.CONTINUE_COLLECT_ERRORS);
      double peak = installation.peakMemory(Installation.WORKER);
      peaks.add(peak);
      report.add("peak memory of a fresh worker, " + rows(file), MEBIBYTES, peak);
    }
    // The second size is the one that the largest is compared with.
    report.add(
        "peak memory, " + rows(files.get(files.size() - 1)) + " ÷ " + rows(files.get(1)),
        RATIO,
        "≤ 1.1",
        peaks.get(peaks.size() - 1) / peaks.get(1));
  }

  private static String rows(SampleFile file) {
    return String.format(Locale.ROOT, "%,d rows", file.rows());
  }
}
