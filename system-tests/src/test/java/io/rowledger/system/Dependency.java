package io.rowledger.system;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.function.Supplier;

/** Takes away what the services depend on, so that nobody starts it again meanwhile. */
final class Dependency {
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

  private Dependency() {}

  /**
   * Ends a dependency, does something without it, and lets its supervisor start it again.
   *
   * @param child of the stack: {@code kafka} or {@code postgres}
   * @param signal KILL for a broker; for PostgreSQL QUIT is a crash and INT is in order
   */
  static <T> T away(Stack stack, String child, String signal, Supplier<T> meanwhile) {
    ProcessHandle process = ProcessHandle.of(stack.pid(child)).orElseThrow();
    Stack.signal("STOP", stack.launcherPid());
    try {
      Stack.signal(signal, process.pid());
      await(child + " has ended").atMost(ENDS_WITHIN).until(() -> hasEnded(process));
      return meanwhile.get();
    } finally {
      Stack.signal("CONT", stack.launcherPid());
    }
  }

  /** A frozen parent does not collect its child: what has ended is still there, as a zombie. */
  private static boolean hasEnded(ProcessHandle process) {
    return !process.isAlive() || process.info().command().isEmpty();
  }
}
