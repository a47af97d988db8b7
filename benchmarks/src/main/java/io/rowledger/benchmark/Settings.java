package io.rowledger.benchmark;

import java.nio.file.Path;
import java.util.List;

/**
 * What is measured and how large, from system properties; run from the root of the repository.
 *
 * @param parts names of scenarios, in the order in which they run
 * @param rows of one import
 * @param rounds how often each figure is taken
 * @param largest whether {@code sizes} also imports ten times {@code rows}
 * @param megabytes of the smaller upload of {@code accept}; the larger one has ten times that
 * @param smallJobs of one row each, for one percentile
 * @param jobs that have ended and are in the table when the status route is measured again
 * @param seconds for which a route is loaded at a time
 * @param apiHeap most heap of the api-service, as {@code -Xmx} takes it
 * @param workerHeap most heap of each import-worker
 * @param apiJavaOpts more options of its JVM and of the peer's, separated by spaces; may be empty
 * @param workerJavaOpts more options of each import-worker's JVM, likewise
 * @param report the Markdown file to write; a plot goes beside it
 */
record Settings(
    List<String> parts,
    int rows,
    int rounds,
    boolean largest,
    int megabytes,
    int smallJobs,
    int jobs,
    int seconds,
    String apiHeap,
    String workerHeap,
    String apiJavaOpts,
    String workerJavaOpts,
    Path report) {

  /** As in the images ({@code deploy/docker/Dockerfile.jvm}). */
  private static final String IMAGE =
      "-XX:+UseSerialGC -XX:SurvivorRatio=2 -XX:TargetSurvivorRatio=90";

  static final Path LAUNCHER = Path.of("local/target/rowledger-local.jar");
  static final Path PEER = Path.of("benchmarks/peer/target/quarkus-app/quarkus-run.jar");
  static final Path WORK = Path.of("benchmarks/target/benchmark");

  static Settings read() {
    return new Settings(
        List.of(
            System.getProperty("parts", "imports,accept,sizes,small,status,workers")
                .split(",", -1)),
        number("rows", 1_000_000),
        number("rounds", 3),
        Boolean.getBoolean("largest"),
        number("megabytes", 100),
        number("smallJobs", 500),
        number("jobs", 1_000_000),
        number("seconds", 10),
        System.getProperty("apiHeap", "256m"),
        System.getProperty("workerHeap", "512m"),
        System.getProperty("apiJavaOpts", IMAGE),
        System.getProperty("workerJavaOpts", IMAGE),
        Path.of(System.getProperty("report", "benchmarks/target/performance.md")));
  }

  private static int number(String name, int usual) {
    int number = Integer.getInteger(name, usual);
    if (number < 1) {
      throw new IllegalArgumentException("-D" + name + " must be at least 1");
    }
    return number;
  }
}
