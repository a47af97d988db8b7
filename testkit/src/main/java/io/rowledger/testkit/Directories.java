package io.rowledger.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Temporary directories and how to get rid of them. */
final class Directories {
  private Directories() {}

  static Path temporary(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes what it can; a file that a dying process still writes is not worth a failed test. */
  static void deleteTree(Path root) {
    for (int attempt = 0; attempt < 3 && Files.exists(root); attempt++) {
      for (Path path : deepestFirst(root)) {
        try {
          Files.deleteIfExists(path);
        } catch (IOException e) {
          // The next attempt, or the system's own cleaning of the temporary directory.
        }
      }
    }
  }

  private static List<Path> deepestFirst(Path root) {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException gone) {
      return List.of();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }
}
