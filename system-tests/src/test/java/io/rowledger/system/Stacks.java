package io.rowledger.system;

import java.lang.StackWalker.Option;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Installations that several test classes share, because each takes a while to start. They are
 * stopped when the JVM of the tests ends; tests keep apart by organisations of their own, and leave
 * everything running as they found it.
 */
final class Stacks {
  private static final Shared ONE_WORKER = new Shared("one-worker", 1);
  private static final Shared TWO_WORKERS = new Shared("two-workers", 2);

  private Stacks() {}

  static Stack oneWorker() {
    return ONE_WORKER.started();
  }

  /**
   * For one class at a time.
   *
   * @throws IllegalStateException when the class that calls is neither {@link OnTwoWorkers} nor
   *     locks the same: others would break the stack under it
   */
  static Stack twoWorkers() {
    Class<?> caller = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass();
    if (AnnotationSupport.findRepeatableAnnotations(caller, ResourceLock.class).stream()
        .noneMatch(lock -> lock.value().equals(OnTwoWorkers.STACK))) {
      throw new IllegalStateException(caller + " has to be @OnTwoWorkers");
    }
    return TWO_WORKERS.started();
  }

  private static final class Shared {
    private final String name;
    private final int workers;
    private @Nullable Stack stack;

    Shared(String name, int workers) {
      this.name = name;
      this.workers = workers;
    }

    synchronized Stack started() {
      if (stack == null) {
        Stack started =
            Stack.start(
                name,
                "--workers",
                Integer.toString(workers),
                "--worker-java-opts",
                Stack.SHORT_LEASES,
                "--api-java-opts",
                Stack.SHORT_PATIENCE);
        Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-" + name));
        stack = started;
      }
      return stack;
    }
  }
}
