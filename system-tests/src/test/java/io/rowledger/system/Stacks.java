package io.rowledger.system;

import io.rowledger.testkit.FreePorts;
import org.jspecify.annotations.Nullable;

/**
 * Installations that several test classes share, because each takes a while to start. They are
 * stopped when the JVM of the tests ends; tests keep apart by organisations of their own, and leave
 * everything running as they found it.
 */
final class Stacks {
  private static final SpanCollector SPANS = SpanCollector.start();
  private static final int WORKER_PORT = FreePorts.next();
  private static @Nullable Stack oneWorker;
  private static @Nullable Stack twoWorkers;

  private Stacks() {}

  static synchronized Stack oneWorker() {
    if (oneWorker == null) {
      oneWorker = shared("one-worker", 1, tracing(), tracing() + workerAddress());
    }
    return oneWorker;
  }

  static synchronized Stack twoWorkers() {
    if (twoWorkers == null) {
      twoWorkers = shared("two-workers", 2, "", "");
    }
    return twoWorkers;
  }

  /** What the services of {@link #oneWorker} have traced. */
  static SpanCollector spans() {
    return SPANS;
  }

  /** Where the worker of {@link #oneWorker} says how it is. */
  static String workerUrl() {
    return "http://localhost:" + WORKER_PORT;
  }

  private static String workerAddress() {
    return " -Dquarkus.http.port=" + WORKER_PORT;
  }

  /** Everything is traced, and logs are what they are in a container. */
  private static String tracing() {
    return SPANS.javaOptions()
        + " -Dquarkus.log.console.json.enabled=true"
        + " -Dquarkus.log.category.\"io.rowledger\".level=DEBUG";
  }

  private static Stack shared(String name, int workers, String api, String worker) {
    Stack stack =
        Stack.start(
            name,
            "--workers",
            Integer.toString(workers),
            "--worker-java-opts",
            Stack.SHORT_LEASES + worker,
            "--api-java-opts",
            Stack.SHORT_PATIENCE + api);
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-" + name));
    return stack;
  }
}
