package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.MEBIBYTES;
import static io.rowledger.benchmark.Report.Unit.MILLIS;
import static io.rowledger.benchmark.Report.Unit.PER_SECOND;
import static io.rowledger.benchmark.Report.Unit.RATIO;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether memory and speed of a worker depend on how large a job is. */
final class Sizes implements Scenario {

  /** A small job is over at once: it is taken more often. */
  private static final int ROWS_FOR_A_FIGURE = 3_000_000;

  private static final int MOST_JOBS_FOR_A_FIGURE = 50;

  private static final int JOBS_OF_ONE_ROW = 50;

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
      copies(report, installation, recipe, files);
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
    SampleFile warm = recipe.transactions("size-warm", settings.rows());
    client.run(warm, Mode.CONTINUE_COLLECT_ERRORS);
    warm.delete();
    Duration start = start(client, recipe);
    report.add("one row, startedAt to completedAt", MILLIS, start.toNanos() / 1e6);
    List<Samples> rates = files.stream().map(any -> new Samples()).toList();
    for (int round = 1; round <= settings.rounds(); round++) {
      for (int i = 0; i < files.size(); i++) {
        SampleFile file = files.get(i);
        int jobs = Math.min(MOST_JOBS_FOR_A_FIGURE, Math.max(1, ROWS_FOR_A_FIGURE / file.rows()));
        for (int job = 0; job < jobs; job++) {
          installation.clear(Kind.TRANSACTIONS);
          Duration work = client.run(file, Mode.CONTINUE_COLLECT_ERRORS).work();
          double rate = perSecond(file, work);
          report.add(rows(file) + ", startedAt to completedAt", PER_SECOND, rate);
          // What a job costs before its first row, and after its last, is the same for all sizes.
          rates.get(i).add(perSecond(file, work.minus(start)));
        }
      }
    }
    double slowest = rates.stream().mapToDouble(Samples::median).min().orElseThrow();
    double fastest = rates.stream().mapToDouble(Samples::median).max().orElseThrow();
    for (int i = 0; i < files.size(); i++) {
      report.add(
          rows(files.get(i)) + ", without the time of one row", PER_SECOND, rates.get(i).median());
    }
    report.add("rows/s, slowest ÷ fastest of these medians", RATIO, "≥ 0.85", slowest / fastest);
  }

  /** How much slower PostgreSQL itself gets when the indexes are larger. */
  private static void copies(
      Report report, Installation installation, SampleFile.Recipe recipe, List<SampleFile> files)
      throws Exception {
    SampleFile largest = files.get(files.size() - 1);
    SampleFile next = files.get(files.size() - 2);
    report.add(
        "COPY, rows/s at " + rows(largest) + " ÷ at " + rows(next),
        RATIO,
        "reported",
        copied(installation, recipe, largest.rows()) / copied(installation, recipe, next.rows()));
  }

  private static double copied(Installation installation, SampleFile.Recipe recipe, int rows)
      throws Exception {
    SampleFile file = recipe.write(Kind.TRANSACTIONS, "size-copy", rows);
    double rate = new CopyBaseline(installation).rate(file);
    file.delete();
    return rate;
  }

  /** The median of jobs that have one row. */
  private static Duration start(ImportClient client, SampleFile.Recipe recipe) throws IOException {
    Samples millis = new Samples();
    for (int job = 0; job < JOBS_OF_ONE_ROW; job++) {
      SampleFile one = recipe.transactions("size-one-" + job, 1);
      millis.add(client.run(one, Mode.CONTINUE_COLLECT_ERRORS).work().toNanos() / 1e6);
      one.delete();
    }
    return Duration.ofNanos(Math.round(millis.median() * 1e6));
  }

  private static double perSecond(SampleFile file, Duration time) {
    return file.rows() * 1e9 / time.toNanos();
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
