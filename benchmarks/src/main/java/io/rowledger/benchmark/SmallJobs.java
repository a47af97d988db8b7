package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.MILLIS;

import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;

/** Jobs of one row, from the upload's first byte to the answer that says completed. */
final class SmallJobs implements Scenario {

  /** All that a job touches once has to be compiled; with fewer, the figures still fall. */
  private static final int WARM_UP_ROUNDS = 4;

  @Override
  public void run(Settings settings, Report report) throws Exception {
    SampleFile.Recipe recipe =
        SampleFile.Recipe.clean(Files.createDirectories(Settings.WORK.resolve("files")));
    report.begin("Small jobs");
    try (Installation installation = Installation.start(settings, 1)) {
      Jobs jobs = new Jobs(installation.client(), recipe);
      jobs.run(WARM_UP_ROUNDS * settings.smallJobs(), new Samples());
      for (int round = 1; round <= settings.rounds(); round++) {
        Samples idle = new Samples();
        jobs.run(settings.smallJobs(), idle);
        report.add("one row, idle system, median", MILLIS, "≤ 30", idle.median());
        report.add("one row, idle system, p99", MILLIS, "≤ 120", idle.percentile(0.99));
      }
      ImportClient other = installation.newOrganization("other");
      for (int round = 1; round <= settings.rounds(); round++) {
        SampleFile large =
            recipe.transactions("beside-" + round, Math.multiplyExact(settings.rows(), 2));
        Samples busy = beside(other, large, jobs);
        large.delete();
        report.add("one row, during a large import, median", MILLIS, busy.median());
        report.add("one row, during a large import, p99", MILLIS, "≤ 1000", busy.percentile(0.99));
        report.note(
            "Round %d: %d jobs while another organisation imported %,d rows.",
            round, busy.count(), large.rows());
      }
    }
  }

  /** As many jobs as there is time for while the other one runs. */
  private static Samples beside(ImportClient other, SampleFile large, Jobs jobs) throws Exception {
    String jobId = other.upload(large, Mode.CONTINUE_COLLECT_ERRORS);
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread watcher =
        new Thread(
            () -> {
              try {
                other.end(jobId);
                end.complete(null);
              } catch (Exception e) {
                end.completeExceptionally(e);
              }
            },
            "large-import");
    watcher.start();
    Samples busy = new Samples();
    do {
      jobs.run(1, busy);
    } while (!end.isDone());
    end.get();
    return busy;
  }

  private static final class Jobs {
    private final ImportClient client;
    private final SampleFile.Recipe recipe;
    private int number;

    Jobs(ImportClient client, SampleFile.Recipe recipe) {
      this.client = client;
      this.recipe = recipe;
    }

    void run(int jobs, Samples millis) throws Exception {
      try (HttpConnection connection = client.open()) {
        for (int job = 0; job < jobs; job++) {
          SampleFile one = recipe.transactions("one-" + number++, 1);
          millis.add(client.untilSeen(connection, one).toNanos() / 1e6);
          one.delete();
        }
      }
    }
  }
}
