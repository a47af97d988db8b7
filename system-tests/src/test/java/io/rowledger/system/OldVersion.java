package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rowledger.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The import-worker of an earlier commit, built from the history of this repository. */
final class OldVersion {
  private static final Path ROOT = Path.of(System.getProperty("rowledger.root")).normalize();
  private static final Path BUILDS =
      Path.of(System.getProperty("rowledger.work")).resolveSibling("old-versions");

  private final Path jar;

  private OldVersion(Path jar) {
    this.jar = jar;
  }

  /** A running worker of that version, which nobody starts again. */
  record Worker(Process process, Path output) implements AutoCloseable {
    long pid() {
      return process.pid();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /**
   * Builds the worker of a commit, unless an earlier run has done so. Ends the test as skipped when
   * there is no such commit here.
   */
  static OldVersion of(String commit) {
    Path sources = BUILDS.resolve(commit);
    Path jar = sources.resolve("import-worker/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      assumeTrue(
          isHere(commit),
          "Skipped: a worker of an earlier version cannot be built, because commit "
              + commit
              + " is not here. This is a source archive or a shallow clone; git fetch --unshallow"
              + " brings the history.");
      build(commit, sources);
    }
    assertThat(jar).exists();
    return new OldVersion(jar);
  }

  Worker start(Stack stack, String name, String... options) {
    Path output = stack.logFile(name);
    List<String> command = new ArrayList<>();
    command.add(java());
    // Goes when we go, also when we are killed.
    command.add("-javaagent:" + ROOT.resolve("local/target/rowledger-local-guard.jar"));
    for (String option : options) {
      command.addAll(List.of(option.split(" ", -1)));
    }
    Collections.addAll(command, "-jar", jar.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(stack.environment());
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(FreePorts.next()));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new Worker(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isHere(String commit) {
    try {
      Process git =
          new ProcessBuilder("git", "-C", ROOT.toString(), "cat-file", "-e", commit + "^{commit}")
              .redirectErrorStream(true)
              .start();
      git.getInputStream().readAllBytes();
      return git.waitFor() == 0;
    } catch (IOException noGit) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void build(String commit, Path sources) {
    try {
      Files.createDirectories(sources);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path archive = sources.resolveSibling(commit + ".tar");
    run(ROOT, null, "git", "archive", "--format=tar", "--output=" + archive, commit);
    run(sources, null, "tar", "-xf", archive.toString());
    run(
        sources,
        sources.resolveSibling(commit + ".log").toFile(),
        "sh",
        "mvnw",
        "-B",
        "-q",
        "-DskipTests",
        "-Djacoco.skip=true",
        "-Dspotless.check.skip=true",
        "-pl",
        "import-worker",
        "-am",
        "package");
  }

  private static void run(Path directory, @Nullable File output, String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        output == null ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.to(output));
    try {
      int code = builder.start().waitFor();
      assertThat(code)
          .as(
              String.format(
                  Locale.ROOT,
                  "%s%s",
                  String.join(" ", command),
                  output == null ? "" : ", see " + output))
          .isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
