package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the services export, and that those who watch them ask for nothing else. */
class MetricsIT {
  private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*?})? ");

  private static final Pattern FAMILY =
      Pattern.compile("^# TYPE (rowledger_\\w+) (\\w+)$", Pattern.MULTILINE);

  private final Stack stack = Stacks.oneWorker();
  private final Stack.Tenant tenant = stack.newTenant();
  private String job = "";
  private String api = "";
  private String worker = "";

  @BeforeEach
  void importSomethingAndScrape() {
    job =
        tenant
            .api()
            .accepted(
                Api.TRANSACTIONS,
                "externalId,type,amount,currency\nzqxmetric,PAYMENT,1,USD\nb,PAYMENT,no,USD\n",
                Map.of("batchErrorHandling", "continue_collect_errors"));
    try (Poller poller = new Poller(tenant.api(), job)) {
      poller.toEnd(Duration.ofMinutes(1));
    }
    tenant.api().get("/transactions/external/zqxmetric");
    new Api(stack.url(), "nobody").get("/transactions/external/zqxmetric?externalId=zqxmetric");
    new Api(stack.url(), "nobody").get("/batch-import/jobs/" + job);
    api = get(stack.url() + "/q/metrics");
    worker = get(Stacks.workerUrl() + "/q/metrics");
  }

  @Test
  void everyMetricOfAlertsAndDashboardsIsThere() {
    Set<String> there = new TreeSet<>(Set.of("up"));
    Stream.of(api, worker)
        .flatMap(String::lines)
        .map(SAMPLE::matcher)
        .filter(Matcher::find)
        .forEach(sample -> there.add(sample.group(1)));

    Map<String, String> asked = new LinkedHashMap<>();
    Deployed.alerts().forEach(alert -> asked.put(alert.name(), alert.expr()));
    asked.putAll(Deployed.queries("overview", "expr"));
    asked.putAll(Deployed.queries("capacity", "expr"));

    assertThat(asked).hasSizeGreaterThan(60);
    asked.forEach(
        (who, expr) ->
            assertThat(there).as(who).containsAll(Deployed.metricsOf(expr)).isNotEmpty());
  }

  @Test
  void theDocumentHasOurMetersAndNoOthers() {
    Set<String> exported = new TreeSet<>();
    Matcher family = FAMILY.matcher(api + "\n" + worker);
    while (family.find()) {
      String name = family.group(1);
      // The largest of the last minutes comes with each timer.
      if (!name.endsWith("_max")) {
        // With or without, as the format is that was chosen.
        String bare = name.replaceAll("_total$", "");
        exported.add(family.group(2).equals("counter") ? bare + "_total" : bare);
      }
    }
    Set<String> documented =
        Deployed.read("docs/observability.md")
            .lines()
            .filter(line -> line.startsWith("| `rowledger_"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(exported);
  }

  @Test
  void noLabelNamesATenantAJobOrARecord() {
    for (String scrape : List.of(api, worker)) {
      assertThat(scrape)
          .doesNotContain(job, tenant.id().toString(), "zqxmetric")
          .doesNotContainPattern("=\"[^\"]*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}[^\"]*\"");
    }
  }

  @Test
  void theDashboardOfOneJobFindsItWithTheRightsOfItsRole() throws SQLException {
    UUID.fromString(job);
    try (Connection connection = stack.table().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(Deployed.read("deploy/grafana/reader.sql"));
      statement.execute("SET LOCAL ROLE rowledger_reader");
      Map<String, String> queries = Deployed.queries("job", "rawSql");
      assertThat(queries).hasSizeGreaterThan(5);
      for (Map.Entry<String, String> query : queries.entrySet()) {
        try (ResultSet rows = statement.executeQuery(query.getValue().replace("${job}", job))) {
          assertThat(rows.next()).as(query.getKey()).isTrue();
        }
      }
      connection.rollback();
    }
  }

  /** With a real Prometheus (Debian's {@code prometheus}), where there is one. */
  @Test
  @Tag("full")
  void prometheusTakesTheRulesAndEveryQueryReturnsData() throws Exception {
    assumeTrue(isThere("promtool") && isThere("prometheus"), "no prometheus on the path");
    Path home = Files.createTempDirectory("prometheus");
    Path rules = Path.of(System.getProperty("rowledger.root"), "deploy/prometheus/alerts.yml");
    run("promtool", "check", "rules", rules.normalize().toString());
    String config =
        Deployed.read("deploy/prometheus/prometheus.yml")
            .replace("alerts.yml", rules.toAbsolutePath().normalize().toString())
            .replaceAll("interval: 15s", "interval: 1s")
            .replace("api-service:8080", URI.create(stack.url()).getAuthority())
            .replace("import-worker:8081", URI.create(Stacks.workerUrl()).getAuthority());
    Files.writeString(home.resolve("prometheus.yml"), config);
    int port = FreePorts.next();
    Process prometheus =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + home.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + home.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    try {
      Map<String, String> queries = new LinkedHashMap<>(Deployed.queries("overview", "expr"));
      queries.putAll(Deployed.queries("capacity", "expr"));
      await("every query returns data")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofSeconds(2))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(withoutData(port, queries)).isEmpty());
      List<String> unhealthy = new ArrayList<>();
      for (JsonNode rule : json(port, "/api/v1/rules").findValues("rules").get(0)) {
        if (!rule.path("health").asText().equals("ok")) {
          unhealthy.add(rule.path("name").asText() + ": " + rule.path("lastError").asText());
        }
      }
      assertThat(unhealthy).isEmpty();
    } finally {
      prometheus.destroy();
      prometheus.waitFor();
    }
  }

  private static List<String> withoutData(int port, Map<String, String> queries) {
    List<String> empty = new ArrayList<>();
    queries.forEach(
        (panel, expr) -> {
          String query =
              URLEncoder.encode(expr.replace("$__rate_interval", "30s"), StandardCharsets.UTF_8);
          JsonNode answer = json(port, "/api/v1/query?query=" + query);
          if (answer.path("data").path("result").isEmpty()) {
            empty.add(panel + ": " + expr + " " + answer.path("error").asText());
          }
        });
    return empty;
  }

  private static JsonNode json(int port, String path) {
    try {
      return new ObjectMapper().readTree(get("http://127.0.0.1:" + port + path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static String get(String url) {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
