package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.PER_SECOND;
import static io.rowledger.benchmark.Report.Unit.RATIO;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Four equal jobs at once: with one worker process and with two, of one organisation and of four.
 * The jobs are uploaded, held, and let go together, so that the uploads are not part of the figure.
 */
final class Workers implements Scenario {

  private static final int JOBS = 4;

  @Override
  public void run(Settings settings, Report report) throws Exception {
    SampleFile.Recipe recipe =
        SampleFile.Recipe.clean(Files.createDirectories(Settings.WORK.resolve("files")));
    int rows = Math.max(1, settings.rows() / 2);
    report.begin("Workers and organisations");
    List<SampleFile> files = new ArrayList<>();
    for (int job = 1; job <= JOBS; job++) {
      files.add(recipe.transactions("part-" + job, rows));
    }
    List<SampleFile> warm = new ArrayList<>();
    for (int job = 1; job <= JOBS; job++) {
      warm.add(recipe.transactions("warm-part-" + job, Math.max(1, rows / 4)));
    }
    for (int round = 1; round <= settings.rounds(); round++) {
      double one = rate(settings, report, 1, warm, files);
      double two = rate(settings, report, 2, warm, files);
      report.add("four jobs, one worker process", PER_SECOND, one);
      report.add("four jobs, two worker processes", PER_SECOND, two);
      report.add("four jobs, two worker processes ÷ one", RATIO, "reported", two / one);
    }
    report.note("Each job has %,d rows.", rows);
  }

  private static double rate(
      Settings settings, Report report, int workers, List<SampleFile> warm, List<SampleFile> files)
      throws Exception {
    try (Installation installation = Installation.start(settings, workers)) {
      ImportClient client = installation.client();
      List<ImportClient> one = List.of(client, client, client, client);
      warmUp(client, warm);
      installation.clear(Kind.TRANSACTIONS);
      Together jobs = new Together(one, files);
      jobs.run();
      if (workers == 1) {
        installation.clear(Kind.TRANSACTIONS);
        List<ImportClient> four = new ArrayList<>();
        for (int job = 1; job <= JOBS; job++) {
          four.add(installation.newOrganization("part" + job));
        }
        report.add(
            "four organisations at once, slowest ÷ fastest",
            RATIO,
            "≤ 1.3",
            new Together(four, files).run().slowestToFastest());
      }
      return jobs.rate();
    }
  }

  private static void warmUp(ImportClient client, List<SampleFile> files) throws Exception {
    List<String> jobs = new ArrayList<>();
    for (SampleFile file : files) {
      jobs.add(client.upload(file, Mode.CONTINUE_COLLECT_ERRORS));
    }
    for (String job : jobs) {
      client.end(job);
    }
  }

  /** Jobs that begin in the same moment. Large enough that they do not end before they are held. */
  private static final class Together {
    private final List<ImportClient> clients;
    private final List<SampleFile> files;
    private final List<Duration> took = new ArrayList<>();
    private long rows;

    Together(List<ImportClient> clients, List<SampleFile> files) {
      this.clients = clients;
      this.files = files;
    }

    Together run() throws Exception {
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        String job = clients.get(i).upload(files.get(i), Mode.CONTINUE_COLLECT_ERRORS);
        // What was imported before the pause took hold does not count.
        JsonNode paused = clients.get(i).control(job, "pause");
        rows += paused.path("unprocessed").asLong();
        jobs.add(job);
      }
      Instant start = Instant.now();
      for (int i = 0; i < jobs.size(); i++) {
        clients.get(i).control(jobs.get(i), "resume");
      }
      for (int i = 0; i < jobs.size(); i++) {
        Instant end = Instant.parse(clients.get(i).end(jobs.get(i)).path("completedAt").asText());
        took.add(Duration.between(start, end));
      }
      return this;
    }

    double rate() {
      return rows / ImportClient.seconds(slowest());
    }

    double slowestToFastest() {
      Duration fastest = took.stream().min(Duration::compareTo).orElseThrow();
      return ImportClient.seconds(slowest()) / ImportClient.seconds(fastest);
    }

    private Duration slowest() {
      return took.stream().max(Duration::compareTo).orElseThrow();
    }
  }
}
