package io.rowledger.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that ends its JVM in order when the process that started it is gone.
 *
 * <p>A launcher that is killed cannot stop its children, and the next one would find their ports
 * and the database taken. The services need no code for it. This class is packed into a jar of its
 * own without a class path: an agent's class path would become the service's.
 */
public final class OrphanGuard {
  private OrphanGuard() {}

  /**
   * Called by the JVM before the service's main method.
   *
   * @param pidFile a file with the id of a further process to end, which has no JVM; may be null
   */
  public static void premain(@Nullable String pidFile) {
    ProcessHandle.current()
        .parent()
        .ifPresent(
            parent -> {
              Thread thread = new Thread(() -> watch(parent, pidFile), "orphan-guard");
              thread.setDaemon(true);
              thread.start();
            });
  }

  private static void watch(ProcessHandle parent, @Nullable String pidFile) {
    parent.onExit().join();
    if (pidFile != null && !pidFile.isEmpty()) {
      endProcess(Path.of(pidFile));
    }
    System.exit(143);
  }

  private static void endProcess(Path pidFile) {
    try {
      ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
          .ifPresent(ProcessHandle::destroy);
    } catch (IOException | NumberFormatException e) {
      System.err.println("Nothing to end in " + pidFile);
    }
  }
}
