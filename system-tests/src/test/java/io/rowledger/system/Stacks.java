package io.rowledger.system;

import io.rowledger.testkit.FreePorts;
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
  private static final SpanCollector SPANS = SpanCollector.start();
  private static final int WORKER_PORT = FreePorts.next();

  private static final Shared ONE_WORKER =
      new Shared("one-worker", 1, observed(), observed() + " -Dquarkus.http.port=" + WORKER_PORT);
  private static final Shared TWO_WORKERS = new Shared("two-workers", 2, "", "");

  private Stacks() {}

  static Stack oneWorker() {
    return ONE_WORKER.started();
  }

  /** What the services of {@link #oneWorker} have traced. */
  static SpanCollector spans() {
    return SPANS;
  }

  /** Where the worker of {@link #oneWorker} says how it is. */
  static String workerUrl() {
    return "http://localhost:" + WORKER_PORT;
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

  /** Everything is traced, and logs are what they are in a container. */
  private static String observed() {
    return SPANS.javaOptions()
        + " -Dquarkus.log.console.json.enabled=true"
        + " -Dquarkus.log.category.\"io.rowledger\".level=DEBUG";
  }

  private static final class Shared {
    private final String name;
    private final int workers;
    private final String api;
    private final String worker;
    private @Nullable Stack stack;

    /**
     * An installation that nobody has asked for yet.
     *
     * @param api more options of the api-service's JVM
     * @param worker the same of a worker
     */
    Shared(String name, int workers, String api, String worker) {
      this.name = name;
      this.workers = workers;
      this.api = api;
      this.worker = worker;
    }

    synchronized Stack started() {
      if (stack == null) {
        Stack started =
            Stack.start(
                name,
                "--workers",
                Integer.toString(workers),
                "--worker-java-opts",
                Stack.SHORT_LEASES + worker,
                "--api-java-opts",
                Stack.SHORT_PATIENCE + api);
        Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-" + name));
        stack = started;
      }
      return stack;
    }
  }
}
