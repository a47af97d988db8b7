package io.rowledger.api.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolDirectoriesTest {

  @TempDir private Path root;

  @Test
  void whatAKilledProcessLeftIsRemovedAndWhatOthersReadIsNot() throws IOException {
    // Given a directory whose process is gone, and one that is in use
    Path dead = Files.createDirectories(root.resolve("dead/body-1"));
    Files.writeString(dead.resolve("1.json"), "rows");
    Files.createFile(root.resolve("dead.lock"));
    Path living = root.resolve("living");
    SpoolDirectories neighbour = new SpoolDirectories(root);
    neighbour.claim(living);
    Files.writeString(living.resolve("upload"), "rows");

    // When
    Path own = root.resolve("own");
    SpoolDirectories directories = new SpoolDirectories(root);
    directories.claim(own);
    directories.removeLeftOvers(own);

    // Then
    assertThat(root.resolve("dead")).doesNotExist();
    assertThat(root.resolve("dead.lock")).doesNotExist();
    assertThat(living.resolve("upload")).exists();
    assertThat(own).isDirectory();
    neighbour.release(living);
    directories.release(own);
    assertThat(root).isEmptyDirectory();
  }
}
