package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real Prometheus with our configuration and our rules, which looks once a second. */
final class Prometheus implements AutoCloseable {
  private static final String MISSING =
      "%s is not on the PATH. -Pfull asks a real Prometheus: apt-get install prometheus, or the"
          + " archive of prometheus.io on the PATH (CONTRIBUTING.md)";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final int port;

  private Prometheus(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Checks the rules and starts it.
   *
   * @param api host and port
   * @param workers the same of each
   */
  static Prometheus start(String api, List<String> workers)
      throws IOException, InterruptedException {
    Stream.of("promtool", "prometheus")
        .forEach(name -> assertThat(isThere(name)).as(MISSING.formatted(name)).isTrue());
    Path root = Path.of(System.getProperty("rowledger.root")).toAbsolutePath().normalize();
    Path rules = root.resolve("deploy/prometheus/alerts.yml");
    assertThat(
            new ProcessBuilder("promtool", "check", "rules", rules.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    Path home = Files.createTempDirectory("prometheus");
    Files.writeString(
        home.resolve("prometheus.yml"),
        Deployed.read("deploy/prometheus/prometheus.yml")
            .replace("alerts.yml", rules.toString())
            .replaceAll("interval: 15s", "interval: 1s")
            .replace("api-service:8080", api)
            .replace(
                "\"import-worker:8081\"",
                workers.stream()
                    .map(worker -> '"' + worker + '"')
                    .collect(Collectors.joining(","))));
    int port = FreePorts.next();
    return new Prometheus(
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + home.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + home.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start(),
        port);
  }

  /** What a query says now: its numbers, without those that are none. */
  List<Double> ask(String query) {
    List<Double> values = new ArrayList<>();
    JsonNode answer =
        json("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    assertThat(answer.path("status").asText()).as(answer.toString()).isEqualTo("success");
    for (JsonNode series : answer.path("data").path("result")) {
      double value = Double.parseDouble(series.path("value").path(1).asText("NaN"));
      if (Double.isFinite(value)) {
        values.add(value);
      }
    }
    return values;
  }

  /** Rules that could not be evaluated, with the reason. */
  List<String> unhealthyRules() {
    List<String> unhealthy = new ArrayList<>();
    for (JsonNode group : json("/api/v1/rules").path("data").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (!rule.path("health").asText().equals("ok")) {
          unhealthy.add(rule.path("name").asText() + ": " + rule.path("lastError").asText());
        }
      }
    }
    return unhealthy;
  }

  private JsonNode json(String path) {
    try {
      return new ObjectMapper()
          .readTree(
              HTTP.send(
                      HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                      BodyHandlers.ofString())
                  .body());
    } catch (IOException e) {
      throw new AssertionError("Prometheus does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
