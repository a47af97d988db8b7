package io.rowledger.local;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the built files lie, seen from the launcher's own jar. */
record Installation(Path root) {
  private static final String RUNNER = "target/quarkus-app/quarkus-run.jar";

  /** The installation this class was loaded from: {@code <root>/local/target/...}. */
  static Installation ofThisJar() {
    return new Installation(ownLocation().getParent().resolve("../..").normalize());
  }

  Path apiService() {
    return built("api-service");
  }

  Path importWorker() {
    return built("import-worker");
  }

  /** The command that starts a JVM like ours. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The class path of the launcher, for processes that run its other classes. */
  static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /**
   * JVM arguments that end a child when this process is gone, even if it was killed.
   *
   * @param pidFile a process that has no JVM of its own and shall go with the child
   */
  static List<String> guard(Path... pidFile) {
    Path jar = ownLocation().resolveSibling("rowledger-local-guard.jar");
    if (!Files.exists(jar)) {
      return List.of();
    }
    return List.of(
        "-javaagent:" + jar + (pidFile.length == 0 ? "" : "=" + pidFile[0].toAbsolutePath()));
  }

  private Path built(String service) {
    Path jar = root.resolve(service).resolve(RUNNER);
    if (!Files.exists(jar)) {
      throw new CannotStart(jar + " is missing. Build it with: ./mvnw -DskipTests package");
    }
    return jar;
  }

  private static Path ownLocation() {
    try {
      return Path.of(
          Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
