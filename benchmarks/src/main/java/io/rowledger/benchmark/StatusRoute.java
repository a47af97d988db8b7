package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.MILLIS;
import static io.rowledger.benchmark.Report.Unit.PER_SECOND;
import static io.rowledger.benchmark.Report.Unit.RATIO;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code GET /batch-import/jobs/{jobId}} beside the two routes of the peer: the same jobs, each by
 * its primary key, for the same API key, and an empty object for anybody. With few jobs in the
 * table and with many. Then pages of the history.
 */
final class StatusRoute implements Scenario {

  private static final int CONNECTIONS = 16;

  /** Asked for in turn: with more jobs than connections, no two ask for the same one. */
  private static final int JOBS = 100;

  /** Requests a second of those who just look: far from what either can do. */
  private static final int PACE = 200;

  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 200;
  private static final int PAGES = 300;
  private static final int MOST_WARM_UPS = 12;

  @Override
  public void run(Settings settings, Report report) throws Exception {
    SampleFile.Recipe recipe =
        SampleFile.Recipe.clean(Files.createDirectories(Settings.WORK.resolve("files")));
    report.begin("Status route");
    try (Installation installation = Installation.start(settings, 1)) {
      ImportClient client = installation.client();
      List<String> jobs = jobs(client, recipe);
      try (PeerService peer = PeerService.start(settings, installation, client)) {
        Routes routes = new Routes(settings, report, installation, peer.url(), jobs);
        routes.warmUp();
        routes.compare("");
        SampleFile warm = recipe.transactions("status-warm", settings.rows());
        client.run(warm, Mode.CONTINUE_COLLECT_ERRORS);
        warm.delete();
        routes.besideAnImport(recipe, "");
        fill(installation, jobs.get(0), settings.jobs());
        String many = String.format(Locale.ROOT, ", %,d jobs", settings.jobs());
        routes.warmUp();
        routes.compare(many);
        routes.besideAnImport(recipe, many);
      }
      history(settings, report, client);
    }
  }

  private static List<String> jobs(ImportClient client, SampleFile.Recipe recipe)
      throws IOException {
    List<String> jobs = new ArrayList<>();
    for (int job = 0; job < JOBS; job++) {
      SampleFile one = recipe.transactions("one-" + job, 1);
      jobs.add(client.run(one, Mode.CONTINUE_COLLECT_ERRORS).jobId());
      one.delete();
    }
    return jobs;
  }

  /** Copies of a job that has ended, one for each second before it. */
  private static void fill(Installation installation, String job, int jobs) throws SQLException {
    String columns =
        installation.text(
            """
            SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = 'import_job' AND is_generated = 'NEVER'
               AND column_name NOT IN ('id', 'created_at')
            """);
    installation.execute(
        """
        INSERT INTO import_job (id, created_at, %1$s)
        SELECT uuidv7(), created_at - n * interval '1 second', %1$s
          FROM import_job, generate_series(1, %2$s) n WHERE id = '%3$s'
        """
            .formatted(columns, jobs, job),
        "VACUUM ANALYZE import_job",
        "CHECKPOINT");
  }

  private static final class Routes {
    private final Settings settings;
    private final Report report;
    private final Installation installation;
    private final ImportClient client;
    private final LoadGenerator status;
    private final LoadGenerator select;
    private final LoadGenerator empty;
    private int imports;

    Routes(
        Settings settings, Report report, Installation installation, URI peer, List<String> jobs) {
      this.settings = settings;
      this.report = report;
      this.installation = installation;
      this.client = installation.client();
      status = load(client.service(), jobs.stream().map(job -> "/batch-import/jobs/" + job));
      select = load(peer, jobs.stream().map(job -> "/jobs/" + job));
      empty = load(peer, Stream.of("/empty"));
    }

    private LoadGenerator load(URI service, Stream<String> paths) {
      return new LoadGenerator(
          service,
          paths.map(path -> HttpConnection.get(service, client.apiKey(), path)).toList(),
          CONNECTIONS);
    }

    /** Until it gets no faster: two processors compile a service while they run it. */
    void warmUp() throws IOException {
      for (LoadGenerator route : List.of(status, select, empty)) {
        double before = 0;
        double now = route.atFullSpeed(period()).perSecond();
        for (int i = 1; i < MOST_WARM_UPS && (i < 3 || now > 1.03 * before); i++) {
          before = now;
          now = route.atFullSpeed(period()).perSecond();
        }
      }
    }

    /**
     * At full speed, one after the other.
     *
     * @param when what the names of the figures end with
     */
    void compare(String when) throws IOException {
      for (int round = 1; round <= settings.rounds(); round++) {
        double peer = full(select, "peer, one SELECT by primary key" + when);
        double ours = full(status, "status route" + when);
        double least = full(empty, "peer, empty JSON" + when);
        report.add("status route ÷ one SELECT" + when, RATIO, "≥ 0.8", ours / peer);
        report.add("status route ÷ empty JSON" + when, RATIO, "reported", ours / least);
      }
    }

    private double full(LoadGenerator route, String name) throws IOException {
      LoadGenerator.Result result = route.atFullSpeed(period());
      report.add(name, PER_SECOND, result.perSecond());
      report.add(name + ", p99", MILLIS, result.millis().percentile(0.99));
      return result.perSecond();
    }

    /**
     * At a pace, first while nothing else happens, then during an import. The routes of the peer
     * show what of it is the processors': they have little to do with the import.
     */
    void besideAnImport(SampleFile.Recipe recipe, String when) throws Exception {
      for (int round = 1; round <= settings.rounds(); round++) {
        besideAnImport(recipe, status, "status", "≤ 5", when);
        besideAnImport(recipe, select, "peer, one SELECT", "reported", when);
        besideAnImport(recipe, empty, "peer, empty JSON", "reported", when);
      }
    }

    private void besideAnImport(
        SampleFile.Recipe recipe, LoadGenerator route, String name, String wanted, String when)
        throws Exception {
      installation.clear(Kind.TRANSACTIONS);
      long end = System.nanoTime() + period().toNanos();
      double idle = route.paced(PACE, () -> System.nanoTime() >= end).millis().percentile(0.99);
      SampleFile file = recipe.transactions("beside-status-" + imports++, settings.rows());
      CompletableFuture<ImportClient.Import> running = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  running.complete(client.run(file, Mode.CONTINUE_COLLECT_ERRORS));
                } catch (Exception e) {
                  running.completeExceptionally(e);
                }
              },
              "import");
      thread.start();
      double busy = route.paced(PACE, running::isDone).millis().percentile(0.99);
      running.get();
      file.delete();
      String paced = name + " at " + PACE + "/s, p99, ";
      report.add(paced + "idle" + when, MILLIS, idle);
      report.add(paced + "during an import" + when, MILLIS, busy);
      report.add(name + ", p99, during an import ÷ idle" + when, RATIO, wanted, busy / idle);
    }

    private Duration period() {
      return Duration.ofSeconds(settings.seconds());
    }
  }

  /** The first page, and the one in the middle of all jobs, reached as a caller would. */
  private static void history(Settings settings, Report report, ImportClient client)
      throws IOException {
    int pages = Math.max(1, settings.jobs() / 2 / PAGE);
    try (HttpConnection connection = client.open()) {
      String far = token(connection, pages * PAGE);
      page(connection, "");
      page(connection, far);
      for (int round = 1; round <= settings.rounds(); round++) {
        report.add("history, first page of 50, median", MILLIS, "≤ 10", page(connection, ""));
        report.add(
            String.format(Locale.ROOT, "history, page %,d of 50, median", pages + 1),
            MILLIS,
            "≤ 10",
            page(connection, far));
      }
    }
  }

  /** For what comes after so many jobs; walks there by the largest pages. */
  private static String token(HttpConnection connection, int jobs) throws IOException {
    String token = "";
    for (int seen = 0; seen < jobs; ) {
      int size = Math.min(LARGEST_PAGE, jobs - seen);
      JsonNode page = page(connection, size, token);
      seen += page.path("jobs").size();
      token = "&pageToken=" + page.path("nextPageToken").asText();
    }
    return token;
  }

  private static double page(HttpConnection connection, String token) throws IOException {
    Samples millis = new Samples();
    for (int i = 0; i < PAGES; i++) {
      long start = System.nanoTime();
      page(connection, PAGE, token);
      millis.add((System.nanoTime() - start) / 1e6);
    }
    return millis.median();
  }

  private static JsonNode page(HttpConnection connection, int size, String token)
      throws IOException {
    return ImportClient.expect(200, connection.get("/batch-import/jobs?pageSize=" + size + token));
  }
}
