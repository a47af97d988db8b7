package io.rowledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PackagedServiceTest {
  private static final List<String> OPTIONS =
      List.of("-Xmx64m", "-XX:+UseSerialGC", "-javaagent:some.jar", "-Da=b c");

  @TempDir Path root;
  private Path target;

  @BeforeEach
  void makeTarget() throws IOException {
    target = Files.createDirectories(root.resolve("api-service/target"));
  }

  @Test
  void aJarIsStartedInAJvmWithAllOptions() throws IOException {
    Path jar = target.resolve("quarkus-app/quarkus-run.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);

    List<String> command = service(false).command(OPTIONS, "dead-letters");

    assertThat(command.get(0)).endsWith("java");
    assertThat(command.subList(1, 5)).isEqualTo(OPTIONS);
    assertThat(command.subList(5, 8)).containsExactly("-jar", jar.toString(), "dead-letters");
  }

  @Test
  void anExecutableGetsWhatItUnderstands() throws IOException {
    Path runner = Files.createFile(target.resolve("rowledger-0.1.0-runner"));

    assertThat(service(true).command(OPTIONS, "dead-letters"))
        .containsExactly(runner.toString(), "-Xmx64m", "-Da=b c", "dead-letters");
  }

  @Test
  void whatIsNotBuiltSaysHowToBuildIt() {
    assertThatIllegalStateException()
        .isThrownBy(() -> service(true).file())
        .withMessageEndingWith("./mvnw -DskipTests package -Pnative");
    assertThatIllegalStateException()
        .isThrownBy(() -> service(false).file())
        .withMessageEndingWith("./mvnw -DskipTests package");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anExecutableEndsWithItsParentEvenIfThatIsKilled() throws IOException {
    // Given
    Path pid = root.resolve("pid");
    Path runner =
        Files.createFile(
            target.resolve("x-runner"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        runner,
        "#!/bin/sh\necho $$ > %s.new; mv %s.new %s\nexec sleep 300\n".formatted(pid, pid, pid));
    List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" & wait", "sh"));
    command.addAll(service(true).guarded(root.resolve("no.jar"), List.of()));
    Process parent = new ProcessBuilder(command).start();
    await("the executable runs").until(() -> Files.exists(pid));
    ProcessHandle executable =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    try {
      assertThat(executable.parent()).contains(parent.toHandle());

      // When
      parent.destroyForcibly();

      // Then
      await("the executable has ended")
          .atMost(Duration.ofSeconds(30))
          .until(() -> !executable.isAlive());
    } finally {
      executable.destroyForcibly();
    }
  }

  private PackagedService service(boolean executable) {
    return new PackagedService(root, "api-service", executable);
  }
}
