package io.rowledger.local;

import io.rowledger.testkit.PackagedService;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the built files lie, seen from the launcher's own jar. */
record Installation(Path root) {
  /** The installation this class was loaded from: {@code <root>/local/target/...}. */
  static Installation ofThisJar() {
    return new Installation(ownLocation().getParent().resolve("../..").normalize());
  }

  /**
   * A service as it was built.
   *
   * @param executable the native one
   * @throws CannotStart when it was not built
   */
  PackagedService service(String module, boolean executable) {
    PackagedService service = new PackagedService(root, module, executable);
    try {
      service.file();
    } catch (IllegalStateException missing) {
      throw new CannotStart(missing.getMessage(), missing);
    }
    return service;
  }

  /** The command that starts a JVM like ours. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The class path of the launcher, for processes that run its other classes. */
  static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** The agent that ends a JVM; see {@link OrphanGuard}. */
  static Path guardJar() {
    return ownLocation().resolveSibling("rowledger-local-guard.jar");
  }

  /**
   * JVM arguments that end a child when this process is gone, even if it was killed.
   *
   * @param pidFile a process that has no JVM of its own and shall go with the child
   */
  static List<String> guard(Path... pidFile) {
    Path jar = guardJar();
    if (!Files.exists(jar)) {
      return List.of();
    }
    return List.of(
        "-javaagent:" + jar + (pidFile.length == 0 ? "" : "=" + pidFile[0].toAbsolutePath()));
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
