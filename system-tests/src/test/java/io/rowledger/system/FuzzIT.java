package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.system.OpenApi.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random requests to every operation of the description: no answer is a server error, and none is
 * other than described.
 */
class FuzzIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int THREADS = 4;

  /** More of them would only push out ids of other kinds. */
  private static final int MOST_IDS = 200;

  private final Stack stack = Stacks.oneWorker();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
  private final Map<Integer, AtomicInteger> statuses = new TreeMap<>();

  @Test
  void aThousandRequests() throws Exception {
    fuzz(1_000, Long.getLong("rowledger.seed", 20261124L));
  }

  @Test
  @Tag("full")
  void tenThousandRequestsOfANewSeed() throws Exception {
    fuzz(10_000, Long.getLong("rowledger.seed", System.nanoTime()));
  }

  private void fuzz(int requests, long seed) throws Exception {
    Stack.Tenant tenant = stack.newTenant();
    OpenApi api = new OpenApi(tenant.api().text("/q/openapi?format=json"));
    List<Operation> operations = api.operations();
    Random seeds = new Random(seed);
    for (String route : List.of(Api.TRANSACTIONS, Api.ENTITIES)) {
      Api.Answer made =
          tenant.api().upload(route, "externalId,type,amount,currency\n1,FEE,1,USD\n", Map.of());
      if (made.status() == 202) {
        ids.add(made.body().path("jobId").asText());
      }
    }
    ids.add("0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e");
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        Operation operation = operations.get(i % operations.size());
        long own = seeds.nextLong();
        work.add(
            () -> {
              one(api, operation, tenant, new Random(own));
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(violations).as("seed %d, answers %s", seed, statuses).isEmpty();
    // Requests that all fail would prove little.
    assertThat(statuses.get(2).get()).as(statuses.toString()).isGreaterThan(requests / 20);
    assertThat(lastImport().path("succeeded").asInt()).isEqualTo(1);
  }

  private void one(OpenApi api, Operation operation, Stack.Tenant tenant, Random random)
      throws Exception {
    RandomRequest made = RandomRequest.of(api, operation, ids, random);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(stack.url() + made.target()))
            .timeout(Duration.ofSeconds(60))
            .method(
                made.method(),
                made.body() == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(made.body(), StandardCharsets.ISO_8859_1));
    made.headers().forEach(request::header);
    switch (random.nextInt(20)) {
      case 0 -> {}
      case 1 -> request.header("Authorization", "Bearer rl_test_nobody");
      case 2 -> request.header("Authorization", "Basic eA==");
      default ->
          request.header(
              "Authorization",
              "Bearer "
                  + (operation.path().startsWith("/admin/")
                      ? stack.adminKey()
                      : tenant.api().key()));
    }
    HttpResponse<InputStream> response = send(request.build());
    String type = response.headers().firstValue("Content-Type").orElse(null);
    String body = read(response, type);
    synchronized (statuses) {
      statuses
          .computeIfAbsent(response.statusCode() / 100, any -> new AtomicInteger())
          .incrementAndGet();
    }
    // A method nobody described must be refused, and the refusal is described for every operation.
    if (response.statusCode() >= 400 || made.method().equals(operation.method())) {
      String wrong = api.violation(operation, response.statusCode(), type, body);
      if (wrong != null) {
        violations.add(report(operation, made, response.statusCode(), wrong, body));
      }
    }
    harvest(response.statusCode(), type, body);
  }

  /**
   * A server that refuses a request before it has read all of it closes the connection, and the
   * client may have begun to send the next one on it. That one is sent again; a request that is not
   * answered on a connection of its own is a fault.
   */
  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (IOException closed) {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .build()
          .send(request, BodyHandlers.ofInputStream());
    }
  }

  /** A stream of events ends with its job, which may be paused: its beginning is enough. */
  private static String read(HttpResponse<InputStream> response, @Nullable String type)
      throws IOException {
    try (InputStream in = response.body()) {
      boolean endless = type != null && type.startsWith("text/event-stream");
      return new String(endless ? in.readNBytes(64) : in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void harvest(int status, @Nullable String type, String body) throws IOException {
    if (status >= 300 || type == null || !type.contains("json") || ids.size() > MOST_IDS) {
      return;
    }
    JsonNode json = JSON.readTree(body);
    List<String> found = new ArrayList<>();
    json.findValuesAsText("jobId", found);
    // Of a key the id is not taken: to delete the own key would end the test.
    if (json.findPath("apiKeys").isMissingNode() && json.findPath("apiKey").isMissingNode()) {
      json.findValuesAsText("id", found);
    }
    found.stream().limit(3).filter(id -> !ids.contains(id)).forEach(ids::add);
  }

  private static String report(
      Operation operation, RandomRequest made, int status, String wrong, String body) {
    String sent = made.body() == null ? "" : made.body();
    return "%s: %s %s → %d: %s%n    sent %s%n    got %s"
        .formatted(
            operation,
            made.target(),
            made.headers(),
            status,
            wrong,
            shortened(sent),
            shortened(body));
  }

  private JsonNode lastImport() {
    Api api = stack.newTenant().api();
    String csv = "externalId,type,amount,currency\nlast,FEE,1,USD\n";
    String jobId = api.accepted(Api.TRANSACTIONS, csv, Map.of());
    try (Poller poller = new Poller(api, jobId)) {
      return poller.toEnd(Duration.ofMinutes(1));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 600 ? text : text.substring(0, 600) + "…";
  }
}
