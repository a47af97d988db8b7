package io.rowledger.benchmark;

import static io.rowledger.benchmark.Report.Unit.BYTES;
import static io.rowledger.benchmark.Report.Unit.NANOS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** The JMH benchmarks of {@code benchmarks/jmh}, in a process of their own: time and allocation. */
final class Pieces implements Scenario {

  private static final Path TARGET = Path.of("benchmarks/jmh/target");
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  @Override
  public void run(Settings settings, Report report) throws Exception {
    report.begin("Pieces of the path of a row (JMH)");
    Files.createDirectories(Settings.WORK);
    Path results = Settings.WORK.resolve("jmh.json");
    Process jmh =
        new ProcessBuilder(
                Installation.java(),
                "-cp",
                TARGET.resolve("classes") + File.pathSeparator + TARGET.resolve("lib") + "/*",
                "org.openjdk.jmh.Main",
                "-foe",
                "true",
                "-prof",
                "gc",
                "-rf",
                "json",
                "-rff",
                results.toString(),
                "-f",
                Integer.toString(settings.rounds()),
                "-r",
                Integer.toString(settings.seconds()),
                "-w",
                Integer.toString(settings.seconds()))
            .inheritIO()
            .start();
    if (jmh.waitFor() != 0) {
      throw new IllegalStateException("JMH failed");
    }
    for (JsonNode benchmark : new ObjectMapper().readTree(results.toFile())) {
      String name = benchmark.path("benchmark").asText();
      String piece = name.substring(name.lastIndexOf('.') + 1);
      for (JsonNode fork : benchmark.path("primaryMetric").path("rawData")) {
        for (JsonNode iteration : fork) {
          report.add(piece + ", a row", NANOS, iteration.asDouble());
        }
      }
      report.add(piece + ", allocated for a row", BYTES, allocated(benchmark));
    }
  }

  private static double allocated(JsonNode benchmark) {
    return benchmark.path("secondaryMetrics").properties().stream()
        .filter(metric -> metric.getKey().endsWith(ALLOCATED))
        .findFirst()
        .orElseThrow()
        .getValue()
        .path("score")
        .asDouble();
  }
}
