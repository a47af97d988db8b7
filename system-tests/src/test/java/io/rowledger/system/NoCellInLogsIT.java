package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;

/**
 * Both services asked for everything they can say, one word in every cell, and every way that a
 * cell can go, wrong ways above all. The word is in no log: not in theirs, not in PostgreSQL's.
 */
class NoCellInLogsIT {

  /** Nobody writes it by chance; looked for in any case. */
  private static final String CANARY = "zqxcanary";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String HEADER =
      "externalId,type,amount,currency,description,channel,transactedAt,originExternalId\n";
  private static final Map<String, String> CONTINUE =
      Map.of("batchErrorHandling", "continue_collect_errors");

  /** More than can be had: what is asked for below its floor stays at the floor. */
  private static final String EVERYTHING =
      Stream.of(
              "org.postgresql",
              "org.hibernate",
              "org.hibernate.orm.jdbc.bind",
              "org.hibernate.orm.jdbc.extract",
              "org.apache.kafka",
              "org.apache.kafka.clients",
              "io.netty",
              "io.vertx",
              "io.smallrye",
              "io.smallrye.reactive.messaging",
              "io.agroal",
              "org.jboss.resteasy.reactive",
              "io.quarkus",
              "io.rowledger")
          .map(category -> "-Dquarkus.log.category.\"" + category + "\".level=ALL")
          .collect(Collectors.joining(" ", "-Dquarkus.log.level=ALL ", ""));

  @Test
  void noLogHasTheWordThatIsInEveryCell() throws IOException {
    HttpServer endpoint =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.createContext("/", NoCellInLogsIT::fail);
    endpoint.start();
    SpanCollector spans = SpanCollector.start();
    try (RefusingMailServer mail = new RefusingMailServer();
        Stack stack =
            Stack.start(
                "no-cell-in-logs",
                "--api-java-opts",
                EVERYTHING
                    + spans.javaOptions()
                    + " -Drowledger.webhooks.allow-private-targets=true"
                    + " -Drowledger.webhooks.allow-http=true"
                    + " -Drowledger.mail.from=imports@example.org -Dquarkus.mailer.host=localhost"
                    + " -Dquarkus.mailer.start-tls=DISABLED -Dquarkus.mailer.port="
                    + mail.port(),
                "--worker-java-opts",
                EVERYTHING + spans.javaOptions())) {
      Api api = stack.newTenant().api();
      constrain(stack);
      webhook(api, endpoint.getAddress().getPort());

      String entities = entities(api);
      String transactions = transactions(api);
      otherEndings(api);
      stuck(api);
      userEvents(api);
      refused(api);
      formats(api);
      lookAt(api, "transaction", transactions);
      lookAt(api, "entity", entities);
      recordsOf(api);
      again(api, transactions);
      awaitMailAndWebhook(stack, entities);

      assertNoWordIn(stack);
      assertNoWordInMetrics(stack);
      assertThat(spans.spans())
          .isNotEmpty()
          .noneMatch(span -> span.toString().toLowerCase(Locale.ROOT).contains(CANARY));
    } finally {
      spans.stop();
      endpoint.stop(0);
    }
  }

  private static void assertNoWordIn(Stack stack) {
    for (String child : List.of("api-service", "import-worker-1", "postgres", "kafka")) {
      assertThat(stack.log(child))
          .as(child)
          .isNotEmpty()
          .filteredOn(line -> line.toLowerCase(Locale.ROOT).contains(CANARY))
          .isEmpty();
    }
    // The silence is theirs and not ours: they did log, at this level, and about these rows.
    for (String child : List.of("api-service", "import-worker-1")) {
      assertThat(stack.log(child)).as(child).anyMatch(line -> line.contains(" DEBUG "));
    }
    assertThat(stack.log("postgres"))
        .anyMatch(line -> line.contains("violates check constraint \"ck_canary\""))
        .anyMatch(line -> line.contains("unique constraint \"uq_canary\""));
    assertThat(stack.log("import-worker-1")).anyMatch(line -> line.contains("SQLSTATE 23505"));
  }

  /** Those of the API; a label of the worker is none of a request or a row. */
  private static void assertNoWordInMetrics(Stack stack) {
    for (String path : List.of("/q/metrics", "/metrics")) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(stack.url() + path)).build();
      try {
        HttpResponse<String> answer =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body().toLowerCase(Locale.ROOT)).doesNotContain(CANARY);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Rows that are fine for us and not for the database: its complaints quote them. */
  private static void constrain(Stack stack) {
    try (Connection connection = stack.table().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER TABLE transactions ADD CONSTRAINT ck_canary CHECK (description <> '%s refused')"
              .formatted(CANARY));
      statement.execute("CREATE UNIQUE INDEX uq_canary ON transactions (channel)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void webhook(Api api, int port) {
    Api.Answer made =
        api.post("/batch-import/webhooks", "{\"url\":\"http://127.0.0.1:%d/\"}".formatted(port));
    assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
  }

  private static String entities(Api api) {
    Map<String, String> fields = new HashMap<>();
    fields.put("label", CANARY);
    fields.put("attributes", "{\"note\":\"%s\"}".formatted(CANARY));
    fields.put("reportRecipientEmails", "[\"%s@example.org\"]".formatted(CANARY));
    String job =
        api.accepted(
            Api.ENTITIES,
            csv(
                "tax_id,type,suggested_name,country_code,external_id,email,%1$s\n",
                "%1$s-1,person,%1$s,US,%1$s-e1,%1$s@example.org,%1$s\n",
                "%1$s-1,person,%1$s,US,%1$s-e1,%1$s@example.org,%1$s\n",
                "%1$s-1,company,%1$s,US,%1$s-e2,%1$s,%1$s\n",
                "%1$s-2,%1$s,%1$s,%1$s,%1$s-e1,,\n",
                "%1$s-3,person\n"),
            fields);
    assertThat(ended(api, job).path("succeeded").asInt()).isEqualTo(1);
    return job;
  }

  private static String transactions(Api api) {
    String job =
        api.accepted(
            Api.TRANSACTIONS,
            csv(
                HEADER,
                "%1$s-1,PAYMENT,1,USD,%1$s,%1$s-c1,,%1$s-e1\n",
                "%1$s-1,PAYMENT,1,USD,%1$s,%1$s-c2,,%1$s-e1\n",
                "%1$s-2,PAYMENT,%1$s,%1$s,%1$s,%1$s-c3,%1$s,%1$s-e1\n",
                "%1$s-3,PAYMENT,1,USD,%1$s,%1$s-c4,,%1$s-unknown\n",
                "%1$s-4,PAYMENT,1,USD,%1$s refused,%1$s-c5,,\n",
                "%1$s-5,%1$s,1,USD,%1$s,%1$s-c6,,%1$s,%1$s,%1$s\n"),
            CONTINUE);
    JsonNode ended = ended(api, job);
    assertThat(ended.path("succeeded").asInt()).as(ended.toString()).isEqualTo(1);
    assertThat(
            api.text("/batch-import/transaction-jobs/" + job + "/failures.csv")
                .lines()
                .filter(line -> line.contains("PROCESSING_ERROR")))
        .hasSize(1);
    return job;
  }

  /** In the other two modes, and a file that is there already. */
  private static void otherEndings(Api api) {
    String bad = csv(HEADER, "%1$s-6,PAYMENT,%1$s,USD,,,,\n", "%1$s-7,PAYMENT,1,USD,,,,\n");
    for (String mode : List.of("rollback_all", "stop_keep_success")) {
      ended(api, api.accepted(Api.TRANSACTIONS, bad, Map.of("batchErrorHandling", mode)));
    }
    String broken = csv(HEADER, "%1$s-8,PAYMENT,1,USD,,,,%1$s-unknown\n");
    ended(api, api.accepted(Api.TRANSACTIONS, broken, Map.of()));
  }

  /** A job that fails at its work again and again, with a message that quotes the key. */
  private static void stuck(Api api) {
    String job =
        api.accepted(
            Api.TRANSACTIONS,
            csv(
                HEADER,
                "%1$s-20,PAYMENT,1,USD,,%1$s-same,,\n",
                "%1$s-21,PAYMENT,1,USD,,%1$s-same,,\n"),
            CONTINUE);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> api.job(job).path("attempt").asInt() > 0);
    api.post("/batch-import/jobs/" + job + "/control", "{\"action\":\"cancel\"}");
  }

  private static void userEvents(Api api) {
    ended(
        api,
        api.accepted(
            Api.USER_EVENTS,
            csv(
                "eventType,eventId,entityExternalId,ipAddress,userAgent,timestamp,failedAttemptsCount\n",
                "LOGIN,%1$s-1,%1$s-e1,10.0.0.1,%1$s,,1\n",
                "LOGIN,%1$s-1,%1$s-e1,%1$s,%1$s,%1$s,%1$s\n",
                "%1$s,%1$s-2,%1$s-unknown,,%1$s,,\n"),
            Map.of()));
  }

  /** What never becomes a job. */
  private static void refused(Api api) {
    String good = csv(HEADER, "%1$s-9,PAYMENT,1,USD,,,,\n");
    Map<String, Map<String, String>> fields = new HashMap<>();
    for (String name :
        List.of(
            "batchErrorHandling",
            "columnMapping",
            "mappingId",
            "dryRun",
            "after",
            "delimiter",
            "charset",
            "expectedRows",
            "expectedSha256",
            "expectedSum")) {
      fields.put(name, Map.of(name, CANARY));
    }
    fields.put("mapping", Map.of("columnMapping", "{\"%1$s\":\"%1$s\"}".formatted(CANARY)));
    fields.put("sum", Map.of("expectedSum", "5", "sumColumn", "description"));
    fields.forEach(
        (name, value) ->
            assertThat(api.upload(Api.TRANSACTIONS, good, value).status())
                .as(name)
                .isBetween(400, 499));
    for (String file :
        List.of(
            HEADER + "\"" + CANARY + ",PAYMENT,1\n",
            "[{\"externalId\":\"" + CANARY + "\", oops " + CANARY,
            "{\"externalId\":\"" + CANARY + "\"}\n{" + CANARY + "\n",
            CANARY + "," + CANARY + "\n" + CANARY + "," + CANARY + "\n",
            "PK\u0003\u0004" + CANARY.repeat(20),
            HEADER)) {
      assertThat(api.upload(Api.TRANSACTIONS, file, Map.of()).status())
          .as(file)
          .isBetween(400, 499);
    }
    for (String body :
        List.of(
            "{\"transactions\":[{\"externalId\":\"%1$s\", %1$s}]}",
            "{\"%1$s\":1}", "{\"transactions\":\"%1$s\"}", "%1$s")) {
      assertThat(api.post("/transactions/batch", body.formatted(CANARY)).status())
          .as(body)
          .isBetween(400, 499);
      assertThat(api.post("/batch-import/mappings", body.formatted(CANARY)).status())
          .as(body)
          .isBetween(400, 499);
    }
    assertThat(api.upload(Api.TRANSACTIONS, good, "a-key").status()).isEqualTo(202);
    assertThat(api.upload(Api.TRANSACTIONS, good, "a-key").status()).isEqualTo(202);
    assertThat(api.upload(Api.TRANSACTIONS, good.replace("-9", "-10"), "a-key").status())
        .isEqualTo(422);
  }

  private static void formats(Api api) {
    String json =
        """
        {"transactions":[{"externalId":"%1$s-30","type":"PAYMENT","amount":1,"currency":"USD","metadata":{"%1$s":"%1$s"}},
         {"externalId":"%1$s-31","type":"%1$s","amount":"%1$s","currency":"USD"},
         {"externalId":"%1$s-32","type":"PAYMENT","amount":1,"currency":"USD","description":"%1$s refused"}],
         "batchErrorHandling":"continue_collect_errors"}
        """
            .formatted(CANARY);
    assertThat(api.post("/transactions/batch", json).status()).isEqualTo(200);
    for (String route : List.of("/batch-import/validate-csv", "/batch-import/mappings/suggest")) {
      api.upload(
          route,
          csv(HEADER, "%1$s-9,PAYMENT,%1$s,USD,%1$s,,%1$s,\n"),
          Map.of("target", "transaction"));
    }
    Api.Answer workbook =
        api.upload(Api.TRANSACTIONS, CANARY + ".xlsx", workbook(), Map.of("dryRun", "true"));
    assertThat(workbook.status()).as(workbook.body().toString()).isEqualTo(202);
    ended(api, workbook.body().path("jobId").asText());
  }

  private static byte[] workbook() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Workbook workbook = new Workbook(bytes, "test", "1.0")) {
      Worksheet sheet = workbook.newWorksheet(CANARY);
      String[] header = HEADER.strip().split(",", -1);
      for (int column = 0; column < header.length; column++) {
        sheet.value(0, column, header[column]);
        sheet.value(1, column, CANARY);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void lookAt(Api api, String kind, String job) {
    String failures = "/batch-import/%s-jobs/%s/failures".formatted(kind, job);
    assertThat(api.get(failures).body().toString()).contains(CANARY);
    assertThat(api.get(failures + "/summary").status()).isEqualTo(200);
    for (String form : List.of("", "?format=resubmit", "?format=full", "?excel=true")) {
      assertThat(api.text(failures + ".csv" + form)).contains(CANARY);
    }
    assertThat(api.get("/batch-import/jobs/" + job + "?include=failures").status()).isEqualTo(200);
    api.text("/batch-import/jobs/" + job + "/stream");
    api.get("/batch-import/history?label=" + CANARY);
  }

  private static void recordsOf(Api api) {
    assertThat(api.get("/transactions/external/" + CANARY + "-1").status()).isEqualTo(200);
    assertThat(api.get("/transactions/external/" + CANARY + "-nobody").status()).isEqualTo(404);
    for (String route : List.of("/transactions", "/entities", "/events/user")) {
      assertThat(api.get(route).body().toString()).contains(CANARY);
      api.get(route + "?externalId=" + CANARY + "-1");
      assertThat(api.get(route + "?pageToken=" + CANARY).status()).isEqualTo(400);
    }
  }

  /** Retry, dry run and commit, erasure. */
  private static void again(Api api, String job) {
    ended(api, api.post(verb(job, "retry"), "{}").body().path("jobId").asText());
    String dryRun =
        api.accepted(
            Api.TRANSACTIONS,
            csv(HEADER, "%1$s-40,PAYMENT,1,USD,%1$s,,,\n"),
            Map.of("dryRun", "true"));
    ended(api, dryRun);
    ended(api, api.post(verb(dryRun, "commit"), "{}").body().path("jobId").asText());
  }

  private static void awaitMailAndWebhook(Stack stack, String job) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                stack
                        .table()
                        .count(
                            """
                            SELECT count(*) FROM mail_report m JOIN webhook_delivery w USING (job_id)
                             WHERE job_id = ? AND m.last_error IS NOT NULL AND w.last_status = 500
                            """,
                            UUID.fromString(job))
                    > 0);
  }

  private static void fail(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
    byte[] body = CANARY.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(500, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String verb(String job, String verb) {
    return "/batch-import/jobs/" + job + "/" + verb;
  }

  private static String csv(String... lines) {
    return String.join("", lines).formatted(CANARY);
  }

  private static JsonNode ended(Api api, String job) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(30))
        .until(() -> !api.job(job).path("completedAt").isNull());
    return api.job(job);
  }
}
