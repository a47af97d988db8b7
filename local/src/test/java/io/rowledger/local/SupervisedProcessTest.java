package io.rowledger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SupervisedProcessTest {
  @TempDir Path root;

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private DataDirectory directory;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(root);
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
    directory.close();
  }

  @Test
  void startsAKilledChildAgainAndNotesItsNewPid() throws Exception {
    // Given
    SupervisedProcess child = child("A_VALUE", "given");
    child.start();
    ProcessHandle first = pid();

    // When
    first.destroyForcibly();

    // Then
    await().untilAsserted(() -> assertThat(notedPid()).isNotEqualTo(first.pid()));
    ProcessHandle second = pid();
    assertThat(second.isAlive()).isTrue();

    // And when
    child.stop();
    child.awaitEnd(Duration.ofSeconds(5));

    // Then
    assertThat(second.isAlive()).isFalse();
    assertThat(directory.pidFile("child")).doesNotExist();
    assertThat(Files.readString(directory.log("child"))).contains("given");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aChildHasASessionOfItsOwn() throws Exception {
    // When
    SupervisedProcess child = child("WORD", "given");
    child.start();
    await()
        .untilAsserted(
            () -> assertThat(Files.readString(directory.log("child"))).contains("given"));

    String pid = Long.toString(notedPid());
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    child.stop();
    child.awaitEnd(Duration.ofSeconds(5));

    // Then; "pid (name) state parent group session", proc_pid_stat(5)
    assertThat(stat.split(" ", -1)[5]).isEqualTo(pid);
  }

  @Test
  void killsAChildThatWillNotGo() throws Exception {
    // Given
    SupervisedProcess child =
        new SupervisedProcess(
            "child",
            List.of("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"),
            Map.of(),
            directory,
            timer);
    child.start();
    ProcessHandle process = pid();
    await()
        .untilAsserted(() -> assertThat(Files.readString(directory.log("child"))).contains("deaf"));

    // When
    child.stop();
    child.awaitEnd(Duration.ofMillis(300));

    // Then
    assertThat(process.isAlive()).isFalse();
  }

  private SupervisedProcess child(String variable, String value) {
    return new SupervisedProcess(
        "child",
        List.of("sh", "-c", "echo $" + variable + "; exec sleep 300"),
        Map.of(variable, value),
        directory,
        timer);
  }

  private ProcessHandle pid() throws IOException {
    return ProcessHandle.of(notedPid()).orElseThrow();
  }

  private long notedPid() throws IOException {
    return Long.parseLong(Files.readString(directory.pidFile("child")));
  }
}
