package io.rowledger.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A copy of the sources with one change, built. */
final class MutantSources {
  private static final int BUILD_MINUTES = 20;

  private MutantSources() {}

  /** Copies, changes and builds; returns where the services are. */
  static Path built(Mutant mutant) throws IOException, InterruptedException {
    Path repository = Settings.repository();
    Path copy =
        Installation.emptied(Settings.output().resolveSibling("mutants").resolve(mutant.name()));
    for (String file : tracked(repository)) {
      Path target = copy.resolve(file);
      Files.createDirectories(target.getParent());
      Files.copy(repository.resolve(file), target, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path file = copy.resolve(mutant.file());
    Files.writeString(file, changed(Files.readString(file), mutant));
    build(copy);
    return copy;
  }

  private static List<String> tracked(Path repository) throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "ls-files", "-z").directory(repository.toFile()).start();
    git.getOutputStream().close();
    String files = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor()).as("git ls-files in " + repository).isZero();
    return List.of(files.split("\0", 0));
  }

  /** The text of the file with the change in it. */
  static String changed(String before, Mutant mutant) {
    int first = before.indexOf(mutant.find());
    assertThat(first).as("%s has the line of %s", mutant.file(), mutant).isNotNegative();
    assertThat(before.lastIndexOf(mutant.find())).as("… and has it once").isEqualTo(first);
    return before.replace(mutant.find(), mutant.replace());
  }

  private static void build(Path copy) throws IOException, InterruptedException {
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    List<String> command =
        new ArrayList<>(
            List.of(
                copy.resolve(windows ? "mvnw.cmd" : "mvnw").toString(),
                "-q",
                "-B",
                "-Dmaven.test.skip=true",
                "-Dspotless.check.skip=true",
                "-Djacoco.skip=true",
                "-DargLine=",
                "-pl",
                "api-service,import-worker",
                "-am",
                "package"));
    Path log = copy.resolve("logs").resolve("build.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(copy.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process maven = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    maven.getOutputStream().close();
    boolean ended = maven.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      maven.destroyForcibly();
    }
    assertThat(ended && maven.exitValue() == 0).as("the mutant builds, see " + log).isTrue();
  }
}
