package io.rowledger.api.intake;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Directories of several processes beside each other. Each has a lock file, which the system lets
 * go when its process ends in whatever way: who can take the lock may remove the directory.
 */
final class SpoolDirectories {

  private static final Logger LOG = Logger.getLogger(SpoolDirectories.class);
  private static final String LOCK = ".lock";

  private final Path root;
  private @Nullable FileChannel held;

  SpoolDirectories(Path root) {
    this.root = root;
  }

  boolean contains(Path directory) {
    return root.equals(directory.getParent());
  }

  /** Makes the directory and says that it is in use. */
  void claim(Path directory) throws IOException {
    Files.createDirectories(root);
    FileChannel channel =
        FileChannel.open(lockOf(directory), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw new IOException(directory + " is in use by another process");
    }
    held = channel;
    Files.createDirectories(directory);
  }

  /** Removes the directories of processes that have ended, all but {@code own}. */
  void removeLeftOvers(Path own) throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      List<Path> locks =
          entries
              .filter(entry -> entry.getFileName().toString().endsWith(LOCK))
              .filter(lock -> !lock.equals(lockOf(own)))
              .toList();
      locks.forEach(SpoolDirectories::removeIfAbandoned);
    }
  }

  /** Removes the own directory. */
  void release(Path directory) {
    if (held == null) {
      return;
    }
    try {
      deleteTree(directory);
      Files.deleteIfExists(lockOf(directory));
      held.close();
    } catch (IOException e) {
      LOG.warnf("%s stays behind until the next start: %s", directory, e.getMessage());
    }
  }

  private static void removeIfAbandoned(Path lock) {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock mine = channel.tryLock()) {
      if (mine == null) {
        return;
      }
      String name = lock.getFileName().toString();
      Path directory = lock.resolveSibling(name.substring(0, name.length() - LOCK.length()));
      deleteTree(directory);
      Files.deleteIfExists(lock);
      LOG.infof("Removed %s, left by a process that was killed", directory);
    } catch (OverlappingFileLockException inUse) {
      // By another application in this JVM.
    } catch (IOException e) {
      LOG.warnf("%s cannot be looked at: %s", lock, e.getMessage());
    }
  }

  private static Path lockOf(Path directory) {
    return directory.resolveSibling(directory.getFileName() + LOCK);
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
