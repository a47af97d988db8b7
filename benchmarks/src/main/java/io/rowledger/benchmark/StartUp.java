package io.rowledger.benchmark;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long a service takes from the start of its process to being ready, and how much memory it has
 * then: on each Java that is here without and with a cache of classes, and as a native executable
 * where one was built. Variants take turns, so that a machine that gets slower does so for all.
 */
final class StartUp implements Scenario {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(10);

  /** For what a start leaves to be done behind it. */
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private static final String RUNNER = "target/quarkus-app/quarkus-run.jar";
  private static final List<String> SERVICES = List.of("api-service", "import-worker");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path work = Settings.WORK.resolve("start-up").toAbsolutePath();

  /**
   * One way to start a service.
   *
   * @param command without the jar, or the executable
   */
  private record Variant(String name, List<String> command) {}

  @Override
  public void run(Settings settings, Report report) throws Exception {
    report.begin("Start");
    Files.createDirectories(work);
    try (Installation installation = Installation.start(settings, 0)) {
      for (String service : SERVICES) {
        List<Variant> variants = variants(service);
        for (int round = 0; round <= settings.rounds(); round++) {
          for (Variant variant : variants) {
            // The first round fills the caches of the system.
            measure(installation, report, service, variant, round > 0);
          }
        }
      }
    }
    report.note(
        "From the start of the process to ready; resident memory %d s later.", SETTLED.toSeconds());
  }

  private List<Variant> variants(String service) throws IOException, InterruptedException {
    String jar = Path.of(service, RUNNER).toAbsolutePath().toString();
    List<Variant> variants = new ArrayList<>();
    Path java17 = jdk("17");
    if (java17 != null) {
      Path cache = work.resolve(service + ".jsa");
      String java = java17.resolve("bin/java").toString();
      makeCache(List.of(java, "-XX:ArchiveClassesAtExit=" + cache, "-jar", jar), cache);
      variants.add(new Variant("Java 17", List.of(java, "-jar", jar)));
      variants.add(
          new Variant(
              "Java 17, AppCDS", List.of(java, "-XX:SharedArchiveFile=" + cache, "-jar", jar)));
    }
    Path java25 = jdk("25");
    if (java25 != null) {
      // As Dockerfile.jvm does.
      Path cache = work.resolve(service + ".aot");
      String java = java25.resolve("bin/java").toString();
      makeCache(List.of(java, "-XX:AOTCacheOutput=" + cache, "-jar", jar), cache);
      variants.add(new Variant("Java 25", List.of(java, "-jar", jar)));
      variants.add(
          new Variant("Java 25, AOT cache", List.of(java, "-XX:AOTCache=" + cache, "-jar", jar)));
    }
    executable(service)
        .ifPresent(file -> variants.add(new Variant("native", List.of(file.toString()))));
    return variants;
  }

  /** Without settings a start loads its classes and ends; what it has loaded by then is cached. */
  private void makeCache(List<String> command, Path cache)
      throws IOException, InterruptedException {
    Files.deleteIfExists(cache);
    Path log = Path.of(cache + ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(work.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.start().waitFor();
    if (!Files.exists(cache)) {
      throw new IOException("no cache was made, see " + log);
    }
  }

  private Optional<Path> executable(String service) throws IOException {
    try (Stream<Path> built = Files.list(Path.of(service, "target").toAbsolutePath())) {
      return built.filter(path -> path.toString().endsWith("-runner")).findAny();
    }
  }

  private void measure(
      Installation installation, Report report, String service, Variant variant, boolean counts)
      throws IOException, InterruptedException {
    int port = freePort();
    ProcessBuilder builder = new ProcessBuilder(variant.command());
    builder.environment().putAll(installation.settings());
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("QUARKUS_HTTP_HOST", "localhost");
    Path log = work.resolve(service + ".log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    long begun = System.nanoTime();
    Process process = builder.start();
    try {
      HttpRequest ready =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/q/health/ready"))
              .build();
      while (!isReady(ready)) {
        if (!process.isAlive() || System.nanoTime() - begun > PATIENCE.toNanos()) {
          throw new IOException(service + " did not become ready, see " + log);
        }
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      }
      double took = (System.nanoTime() - begun) / 1e6;
      TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
      double memory = residentMemory(process.pid());
      if (counts) {
        String name = service + ", " + variant.name();
        report.add(name + ": ready after", Report.Unit.MILLIS, took);
        report.add(name + ": memory", Report.Unit.MEBIBYTES, memory);
      }
    } finally {
      process.destroy();
      process.onExit().join();
    }
  }

  private boolean isReady(HttpRequest request) throws InterruptedException {
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** In MiB, as Linux counts it. */
  private static double residentMemory(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("no VmRSS for " + pid);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** A Java of that version: the one that runs this, or one where Debian puts them; or null. */
  private static @Nullable Path jdk(String version) throws IOException {
    List<Path> candidates = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> all = Files.list(installed)) {
        all.sorted().forEach(candidates::add);
      }
    }
    for (Path candidate : candidates) {
      Path release = candidate.resolve("release");
      if (Files.exists(candidate.resolve("bin/java"))
          && Files.exists(release)
          && Files.readString(release).contains("JAVA_VERSION=\"" + version)) {
        return candidate;
      }
    }
    Report.say("there is no Java %s here", version);
    return null;
  }
}
