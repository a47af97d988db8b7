package io.rowledger.system;

import org.jspecify.annotations.Nullable;

/**
 * Installations that several test classes share, because each takes a while to start. They are
 * stopped when the JVM of the tests ends; tests keep apart by organisations of their own, and leave
 * everything running as they found it.
 */
final class Stacks {
  private static @Nullable Stack oneWorker;
  private static @Nullable Stack twoWorkers;

  private Stacks() {}

  static synchronized Stack oneWorker() {
    if (oneWorker == null) {
      oneWorker = shared("one-worker", 1);
    }
    return oneWorker;
  }

  static synchronized Stack twoWorkers() {
    if (twoWorkers == null) {
      twoWorkers = shared("two-workers", 2);
    }
    return twoWorkers;
  }

  private static Stack shared(String name, int workers) {
    Stack stack =
        Stack.start(
            name,
            "--workers",
            Integer.toString(workers),
            "--worker-java-opts",
            Stack.SHORT_LEASES,
            "--api-java-opts",
            Stack.SHORT_PATIENCE);
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-" + name));
    return stack;
  }
}
