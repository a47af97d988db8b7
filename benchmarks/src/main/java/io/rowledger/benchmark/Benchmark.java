package io.rowledger.benchmark;

import java.util.LinkedHashMap;
import java.util.Map;

/** Takes the figures of docs/performance.md, part by part. */
public final class Benchmark {

  private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

  static {
    SCENARIOS.put("imports", new Imports());
    SCENARIOS.put("accept", new Accept());
    SCENARIOS.put("sizes", new Sizes());
    SCENARIOS.put("small", new SmallJobs());
    SCENARIOS.put("status", new StatusRoute());
    SCENARIOS.put("workers", new Workers());
    SCENARIOS.put("start", new StartUp());
    SCENARIOS.put("jmh", new Pieces());
  }

  private Benchmark() {}

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.read();
    for (String part : settings.parts()) {
      if (!SCENARIOS.containsKey(part)) {
        throw new IllegalArgumentException("-Dparts takes some of " + SCENARIOS.keySet());
      }
    }
    Report report = new Report(settings);
    for (String part : settings.parts()) {
      SCENARIOS.get(part).run(settings, report);
      report.write();
    }
    Report.say("%n%s", report.markdown());
  }
}
