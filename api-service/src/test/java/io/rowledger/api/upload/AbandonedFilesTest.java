package io.rowledger.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbandonedFilesTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path directory;

  @Test
  void whatADeadProcessLeftGoesAfterADayAndNothingElseDoes() throws IOException {
    // Given
    Path body = Files.createDirectory(directory.resolve("body-1"));
    Files.writeString(body.resolve("1.json"), "a cell");
    old(body);
    Path upload = old(Files.writeString(directory.resolve("resteasy-reactive1upload"), "a cell"));
    Path inUse = Files.writeString(directory.resolve("resteasy-reactive2upload"), "a cell");
    Files.setLastModifiedTime(inUse, FileTime.from(NOW.minus(Duration.ofHours(23))));
    Path foreign = old(Files.writeString(directory.resolve("report.csv"), "somebody's"));

    // When
    sweep(directory);

    // Then
    assertThat(body).doesNotExist();
    assertThat(upload).doesNotExist();
    assertThat(inUse).exists();
    assertThat(foreign).exists();
  }

  @Test
  void aDirectoryThatIsNotThereYetIsNoTrouble() {
    sweep(directory.resolve("none"));

    assertThat(directory.resolve("none")).doesNotExist();
  }

  private static void sweep(Path directory) {
    new AbandonedFiles(directory, Duration.ofHours(24), InstantSource.fixed(NOW)).sweep();
  }

  private static Path old(Path file) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofHours(25))));
  }
}
