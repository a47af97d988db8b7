package io.rowledger.system;

import io.rowledger.testkit.PackagedService;
import java.nio.file.Path;

/** The services as this build has packaged them: for the JVM, or native executables. */
public final class Packaged {
  /** With {@code -Pnative}. */
  public static final boolean EXECUTABLES = Boolean.getBoolean("rowledger.native");

  private static final Path ROOT = Path.of(System.getProperty("rowledger.root")).normalize();

  /** The agent that ends a JVM when who started it is gone, also when we are killed. */
  public static final Path GUARD = ROOT.resolve("local/target/rowledger-local-guard.jar");

  private Packaged() {}

  /**
   * A service of this build.
   *
   * @param module {@code api-service} or {@code import-worker}
   */
  public static PackagedService service(String module) {
    return in(ROOT, module);
  }

  /** The same of another checkout. */
  public static PackagedService in(Path root, String module) {
    return new PackagedService(root, module, EXECUTABLES);
  }
}
