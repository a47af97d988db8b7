package io.rowledger.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code deploy/prometheus} and {@code deploy/grafana} ask for. */
final class Deployed {
  /** A metric of ours, of a library we export, or of Prometheus itself. */
  private static final Pattern METRIC =
      Pattern.compile(
          "\\b(?:up|(?:rowledger|http_server|agroal|kafka|jvm|process|system)_[a-z0-9_]+)\\b(?!\\s*\\()");

  private static final Pattern LABELS = Pattern.compile("\\{[^}]*}|\\bby \\([^)]*\\)");

  private Deployed() {}

  /**
   * A rule of Prometheus.
   *
   * @param runbook path and anchor
   */
  record Alert(String name, String expr, String runbook) {}

  static List<Alert> alerts() {
    List<Alert> alerts = new ArrayList<>();
    for (String rule : read("deploy/prometheus/alerts.yml").split("- alert: ", -1)) {
      if (rule.contains("expr: ")) {
        alerts.add(
            new Alert(
                rule.lines().findFirst().orElseThrow().strip(),
                field(rule, "expr").orElseThrow(),
                field(rule, "runbook_url").orElse("")));
      }
    }
    return alerts;
  }

  /** The names of all dashboards. */
  static List<String> dashboards() {
    Path directory =
        Path.of(System.getProperty("rowledger.root", ".."), "deploy/grafana/dashboards");
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.replace(".json", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each query of a dashboard under its panel: of Prometheus, or SQL. */
  static Map<String, String> queries(String dashboard, String language) {
    Map<String, String> queries = new LinkedHashMap<>();
    try {
      JsonNode json =
          new ObjectMapper().readTree(read("deploy/grafana/dashboards/" + dashboard + ".json"));
      for (JsonNode panel : json.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          if (target.has(language)) {
            queries.put(
                panel.path("title").asText() + " " + target.path("refId").asText(),
                target.path(language).asText());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return queries;
  }

  /** The metrics that an expression of PromQL selects; label values and label names are none. */
  static Set<String> metricsOf(String expr) {
    Set<String> metrics = new TreeSet<>();
    Matcher found = METRIC.matcher(LABELS.matcher(expr).replaceAll(""));
    while (found.find()) {
      metrics.add(found.group());
    }
    return metrics;
  }

  static String read(String file) {
    try {
      return Files.readString(
          Path.of(System.getProperty("rowledger.root", "..")).resolve(file).normalize());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> field(String rule, String name) {
    return rule.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst();
  }
}
