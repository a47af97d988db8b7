package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.MEBIBYTES;
import static io.rowledger.benchmark.Report.Unit.MILLIS;
import static io.rowledger.benchmark.Report.Unit.RATIO;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long an upload takes to its 202 beside a plain producer of the same bytes, and what memory it
 * takes. No worker runs: this is about the way in.
 */
final class Accept implements Scenario {

  private static final long MEGABYTE = 1_000_000;

  @Override
  public void run(Settings settings, Report report) throws Exception {
    Path directory = Files.createDirectories(Settings.WORK.resolve("files"));
    SampleFile.Recipe recipe = SampleFile.Recipe.clean(directory);
    long bytes = settings.megabytes() * MEGABYTE;
    String smaller = settings.megabytes() + " MB";
    String larger = settings.megabytes() * 10L + " MB";
    report.begin("Accept path");
    try (Installation installation = Installation.start(settings, 0)) {
      ImportClient client = installation.client();
      ProducerBaseline producer = new ProducerBaseline(installation);
      SampleFile file = recipe.transactionsOfSize("accepted", bytes);
      // Twice: the compilers of the service, and the page cache of the file.
      upload(client, file);
      upload(client, file);
      producer.send(file.upload());
      for (int round = 1; round <= settings.rounds(); round++) {
        double plain = millis(producer.send(file.upload()));
        double ours = millis(upload(client, file));
        report.add(smaller + " by a plain producer", MILLIS, plain);
        report.add(smaller + ", first byte to 202", MILLIS, ours);
        report.add(smaller + ", first byte to 202 ÷ plain producer", RATIO, "≤ 2", ours / plain);
      }
      report.note(
          "The producer sends records of %,d bytes, the median of ours on the topic.",
          producer.recordSize());
      double small = peak(installation, client, file);
      file.delete();
      SampleFile large = recipe.transactionsOfSize("accepted-large", 10 * bytes);
      double most = peak(installation, client, large);
      large.delete();
      report.add("peak memory of a fresh api-service, " + smaller, MEBIBYTES, small);
      report.add("peak memory of a fresh api-service, " + larger, MEBIBYTES, most);
      report.add("peak memory, " + larger + " ÷ " + smaller, RATIO, "≤ 1.1", most / small);
    }
  }

  /** Of a process that has taken this one upload. */
  private static double peak(Installation installation, ImportClient client, SampleFile file)
      throws Exception {
    installation.renew(Installation.API);
    upload(client, file);
    return installation.peakMemory(Installation.API);
  }

  private static Duration upload(ImportClient client, SampleFile file) throws Exception {
    long start = System.nanoTime();
    client.upload(file, Mode.CONTINUE_COLLECT_ERRORS);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static double millis(Duration took) {
    return took.toNanos() / 1e6;
  }
}
