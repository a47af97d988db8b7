package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real Prometheus watches an installation in which everything happens that dashboards show. Every
 * query has to say a number then, and most of them one above zero.
 */
@Tag("full")
class DashboardsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MANY_ROWS = 300_000;
  private static final Pattern LISTENING = Pattern.compile("Listening on: http://([^\\s\"]+:\\d+)");

  /**
   * Queries that may say zero, and why: nothing of the kind is wrong here, or it is over between
   * two looks. They still have to say a number.
   */
  private static final Map<String, String> MAY_BE_ZERO =
      Map.ofEntries(
          Map.entry("Answers with 5xx A", "no request fails"),
          Map.entry("Jobs that wait A", "looked at every 15 s; jobs are claimed at once"),
          Map.entry("Jobs that wait B", "looked at every 15 s; jobs are short"),
          Map.entry("Longest wait of a claimable job A", "none waits"),
          Map.entry("Events: waiting, lag A", "sent at once"),
          Map.entry("Events: waiting, lag B", "sent at once"),
          Map.entry("Events: waiting, lag C", "Kafka refuses none"),
          Map.entry("Events a second B", "Kafka refuses none"),
          Map.entry("Takeovers, leases lost, failed tries, an hour B", "the holder is dead"),
          Map.entry("Takeovers, leases lost, failed tries, an hour C", "no try ends with an error"),
          Map.entry("Webhooks and mails, an hour B", "there is no mail server"),
          Map.entry("Webhooks and mails, an hour C", "a look between two tries sees none"),
          Map.entry("Slots: busy, there A", "jobs are short"),
          Map.entry("Slots: busy, there C", "no thread hangs"),
          Map.entry("Connections to PostgreSQL A", "transactions are short"),
          Map.entry("Connections to PostgreSQL C", "nobody has to wait"),
          Map.entry("Longest wait for a connection A", "nobody has to wait"),
          Map.entry("Chunk transactions tried again A", "no lock is fought for"),
          Map.entry("Uploads in progress A", "uploads are short"),
          Map.entry("Spool A", "uploads are short"),
          Map.entry("Processor A", "an idle process may round to zero"));

  @Test
  void everyQueryOfEveryDashboardReturnsData() throws Exception {
    Map<String, String> queries = new LinkedHashMap<>();
    Deployed.dashboards().forEach(name -> queries.putAll(Deployed.queries(name, "expr")));
    assertThat(queries).hasSizeGreaterThan(45);
    assertThat(queries.keySet()).containsAll(MAY_BE_ZERO.keySet());
    try (Stack stack =
            Stack.start(
                "dashboards",
                "--workers",
                "2",
                "--worker-java-opts",
                Stack.SHORT_LEASES,
                "--api-java-opts",
                "-Drowledger.webhooks.allow-private-targets=true"
                    + " -Drowledger.webhooks.allow-http=true");
        Prometheus prometheus =
            Prometheus.start(
                URI.create(stack.url()).getAuthority(),
                List.of(address(stack, "import-worker-1"), address(stack, "import-worker-2")))) {
      // Given
      await("three processes are scraped")
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(prometheus.ask("up == 1")).hasSize(3));
      Stack.Tenant tenant = stack.newTenant();
      Api api = tenant.api();
      // Nobody listens there: tries fail and are made again.
      assertThat(
              api.post("/batch-import/webhooks", "{\"url\": \"http://127.0.0.1:9/nobody\"}")
                  .status())
          .isEqualTo(201);
      aJobThatIsPaused(api);
      // Once may not be seen: a worker that has just started shows its first takeover as a
      // beginning.
      await("a takeover is seen")
          .atMost(PATIENCE.multipliedBy(2))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                aTakeover(stack, api);
                return prometheus.ask("sum(increase(rowledger_takeovers_total[1h])) > 0").size();
              },
              seen -> seen > 0);

      // When, Then
      await("every query says what happened")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> {
                aJobOfEachOutcome(api);
                assertThat(silent(prometheus, queries)).isEmpty();
              });
      assertThat(outcomes(prometheus)).containsExactlyInAnyOrder("failed", "skipped", "succeeded");
      assertThat(prometheus.unhealthyRules()).isEmpty();
    }
  }

  /** Queries without a number, or with nothing but zero where something has happened. */
  private static List<String> silent(Prometheus prometheus, Map<String, String> queries) {
    List<String> silent = new ArrayList<>();
    queries.forEach(
        (panel, query) -> {
          List<Double> values = prometheus.ask(query.replace("$__rate_interval", "5m"));
          boolean enough =
              MAY_BE_ZERO.containsKey(panel)
                  ? !values.isEmpty()
                  : values.stream().anyMatch(value -> value > 0);
          if (!enough) {
            silent.add(panel + ": " + query + " = " + values);
          }
        });
    return silent;
  }

  private static Set<String> outcomes(Prometheus prometheus) {
    Set<String> seen = new TreeSet<>();
    for (String outcome : List.of("failed", "skipped", "succeeded", "unprocessed")) {
      String query = "sum(increase(rowledger_rows_total{outcome=\"%s\"}[5m])) > 0";
      if (!prometheus.ask(query.formatted(outcome)).isEmpty()) {
        seen.add(outcome);
      }
    }
    return seen;
  }

  /** Two rows, one of which fails, and once more: now the other is there already. */
  private static void aJobOfEachOutcome(Api api) {
    String csv = Generated.transactions("outcome-" + UUID.randomUUID(), 2, 2);
    for (int i = 0; i < 2; i++) {
      String job =
          api.accepted(
              Api.TRANSACTIONS, csv, Map.of("batchErrorHandling", "continue_collect_errors"));
      try (Poller poller = new Poller(api, job)) {
        poller.toEnd(PATIENCE);
      }
    }
  }

  private static void aJobThatIsPaused(Api api) {
    String first =
        api.accepted(Api.TRANSACTIONS, Generated.transactions("first", 50_000), Map.of());
    String job =
        api.accepted(Api.TRANSACTIONS, Generated.transactions("paused", 1), Map.of("after", first));
    assertThat(
            api.post("/batch-import/jobs/" + job + "/control", "{\"action\":\"pause\"}").status())
        .isEqualTo(200);
  }

  /** Its worker is killed in the middle; the other one, which is watched already, goes on. */
  private static void aTakeover(Stack stack, Api api) {
    String job =
        api.accepted(
            Api.TRANSACTIONS,
            Generated.transactions("takeover-" + UUID.randomUUID(), MANY_ROWS),
            Map.of("batchErrorHandling", "continue_collect_errors"));
    try (Poller poller = new Poller(api, job)) {
      poller.untilSucceeded(1, PATIENCE);
      Stack.signal("KILL", stack.table().holder(job).orElseThrow());
      assertThat(poller.toEnd(PATIENCE).path("succeeded").asInt()).isEqualTo(MANY_ROWS);
    }
  }

  private static String address(Stack stack, String worker) {
    return await(worker + " listens")
        .atMost(PATIENCE)
        .until(
            () ->
                stack.log(worker).stream()
                    .map(LISTENING::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElse(""),
            address -> !address.isEmpty());
  }
}
