package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
