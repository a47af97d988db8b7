package io.rowledger.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one launcher keeps data, secrets, logs and process ids. One launcher at a time. */
final class DataDirectory implements AutoCloseable {
  private static final int SECRET_BYTES = 32;

  private final Path root;
  private final boolean temporary;
  private final FileChannel lock;

  private DataDirectory(Path root, boolean temporary, FileChannel lock) {
    this.root = root;
    this.temporary = temporary;
    this.lock = lock;
  }

  /**
   * Opens the directory, creating it when it is missing.
   *
   * @param given kept by {@link #close()}; null takes a temporary directory, which is not
   * @throws CannotStart when it cannot be written or another launcher uses it
   */
  static DataDirectory open(@Nullable Path given) {
    Path root = given;
    try {
      root = given == null ? Files.createTempDirectory("rowledger-local-") : given;
      Files.createDirectories(root.resolve("logs"));
      FileChannel channel =
          FileChannel.open(
              root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = channel.tryLock();
      if (held == null) {
        channel.close();
        throw new CannotStart("Another launcher is using " + root + ".");
      }
      return new DataDirectory(root, given == null, channel);
    } catch (IOException e) {
      throw new CannotStart("Cannot write to " + root + ": " + e.getClass().getSimpleName(), e);
    }
  }

  Path path(String name) {
    return root.resolve(name);
  }

  Path log(String name) {
    return root.resolve("logs").resolve(name + ".log");
  }

  Path pidFile(String name) {
    return root.resolve(name + ".pid");
  }

  /** Notes the process id of a child for scripts that want to kill it. */
  void writePid(String name, long pid) {
    try {
      // Moved into place: a script that reads at this moment must not find half a number, nor none.
      Path whole = Files.writeString(root.resolve(name + ".pid.new"), Long.toString(pid));
      Files.move(whole, pidFile(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void removePid(String name) {
    remove(name + ".pid");
  }

  /** Deletes a file when it is there. */
  void remove(String name) {
    try {
      Files.deleteIfExists(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The API key of an earlier run, or a new one that is kept: the database knows only its hash. */
  String apiKey(String file) {
    return kept(file, () -> "rl_local_" + random(Base64.getUrlEncoder().withoutPadding()));
  }

  /** The key that wraps the uploads' keys; without the old one earlier uploads are unreadable. */
  String masterKey() {
    return kept("master.key", () -> random(Base64.getEncoder()));
  }

  @Override
  public void close() {
    try {
      lock.close();
      if (temporary) {
        deleteTree();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String kept(String name, Supplier<String> fresh) {
    Path file = root.resolve(name);
    try {
      if (Files.exists(file)) {
        return Files.readString(file).strip();
      }
      String secret = fresh.get();
      Files.createFile(file);
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
      Files.writeString(file, secret);
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String random(Base64.Encoder encoder) {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return encoder.encodeToString(bytes);
  }

  private void deleteTree() throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
