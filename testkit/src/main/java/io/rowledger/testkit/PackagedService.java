package io.rowledger.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a build leaves of a service, and the command that starts it. Nobody else makes such a
 * command: a JVM and a native executable are started in the same places.
 *
 * @param root of the checkout
 * @param module {@code api-service} or {@code import-worker}
 * @param executable start the native executable instead of the jar
 */
public record PackagedService(Path root, String module, boolean executable) {
  private static final String JAR = "target/quarkus-app/quarkus-run.jar";

  /**
   * Ends the executable when its parent is gone, as the agent does in a JVM. The executable takes
   * the place of the shell, and with it its process id; whoever watches goes with it.
   */
  private static final String GUARD =
      """
      parent=$PPID
      (while kill -0 "$parent" && kill -0 $$; do sleep 1; done; kill $$) </dev/null >/dev/null 2>&1 &
      exec "$@"
      """;

  /**
   * The file that is started.
   *
   * @throws IllegalStateException when it has not been built; the message says how to
   */
  public Path file() {
    return executable ? runner() : built(root.resolve(module).resolve(JAR), "");
  }

  /**
   * The command for a process that may live on without us.
   *
   * @param options of the JVM; an executable knows system properties and sizes of the heap among
   *     them, and gets only those
   */
  public List<String> command(List<String> options, String... arguments) {
    return command(List.of(), options, arguments);
  }

  /**
   * The command for a process that ends when its parent is gone, even if that was killed.
   *
   * @param agent {@code rowledger-local-guard.jar}, which sees to that in a JVM; without it nobody
   *     does
   */
  public List<String> guarded(Path agent, List<String> options) {
    if (executable) {
      List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "sh"));
      command.addAll(command(options));
      return command;
    }
    return command(Files.exists(agent) ? List.of("-javaagent:" + agent) : List.of(), options);
  }

  private List<String> command(List<String> agent, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    if (executable) {
      command.add(file().toString());
      options.stream()
          .filter(option -> option.startsWith("-D") || option.startsWith("-Xm"))
          .forEach(command::add);
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(agent);
      command.addAll(options);
      Collections.addAll(command, "-jar", file().toString());
    }
    Collections.addAll(command, arguments);
    return command;
  }

  private Path runner() {
    Path target = root.resolve(module).resolve("target");
    if (Files.isDirectory(target)) {
      try (DirectoryStream<Path> runners = Files.newDirectoryStream(target, "*-runner")) {
        for (Path runner : runners) {
          return runner;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return built(target.resolve("*-runner"), " -Pnative");
  }

  private static Path built(Path file, String profile) {
    if (!Files.exists(file)) {
      throw new IllegalStateException(
          file + " is missing. Build it with: ./mvnw -DskipTests package" + profile);
    }
    return file;
  }
}
