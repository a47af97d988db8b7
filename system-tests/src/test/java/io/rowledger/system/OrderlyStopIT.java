package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * SIGTERM under load, again and again: an api-service ends every request that it took and refuses
 * new ones, a worker hands its jobs over, and both end with 0, within the time that Kubernetes
 * gives them.
 */
@Tag("full")
@OnTwoWorkers
class OrderlyStopIT {
  private static final int TIMES = Integer.getInteger("times", 20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> WORKERS = List.of("import-worker-1", "import-worker-2");
  private static final String API = "api-service";

  private static final TakeoverReport REPORT =
      new TakeoverReport("orderly-stops.md", "Orderly stops under load.");

  private final Stack stack = Stacks.twoWorkers();

  @Test
  void everyApiServiceEndsWhatItTook() throws Exception {
    Duration within = graceOf(API).minus(seconds(API, "preStop:\\s.*?seconds: (\\d+)"));
    List<Duration> times = new ArrayList<>();
    Stack.Tenant tenant = stack.newTenant();
    try (Callers callers = new Callers(stack)) {
      for (int round = 1; round <= TIMES; round++) {
        // Given an upload of which one half is there, and others at work
        callers.awaitWork();
        long pid = stack.pid(API);
        int ends = ends(API).size();
        try (HeldUpload upload = HeldUpload.begin(stack, tenant, "held-" + UUID.randomUUID())) {

          // When
          callers.apiStops();
          long signalled = System.nanoTime();
          Stack.signal("TERM", pid);

          // Then
          await("new connections are refused").atMost(within).until(upload::aNewOneIsRefused);
          callers.accepted(tenant, upload.finish(), HeldUpload.ROWS);
          awaitEnd(pid, within);
          times.add(Duration.ofNanos(System.nanoTime() - signalled));
        }
        assertThat(awaitEndOf(API, ends)).as("exit code, round " + round).isZero();
        stack.awaitReady();
        callers.apiIsBack();
        callers.check();
        REPORT.put("api-service: SIGTERM → end of the process", times, within);
      }
      REPORT.say(callers.finish());
    }
  }

  @Test
  void everyWorkerHandsItsJobsOver() throws Exception {
    Duration within = graceOf("import-worker");
    List<Duration> times = new ArrayList<>();
    try (LeaseLog log = LeaseLog.begin(stack.table());
        Callers callers = new Callers(stack)) {
      for (int round = 1; round <= TIMES; round++) {
        // Given a worker that holds a job
        String worker = WORKERS.get(round % 2);
        WORKERS.forEach(stack::awaitAtWork);
        long pid = stack.pid(worker);
        int ends = ends(worker).size();
        await(worker + " holds a job")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(5))
            .until(() -> log.holdsAny(pid));

        // When
        long signalled = System.nanoTime();
        Stack.signal("TERM", pid);

        // Then
        awaitEnd(pid, within);
        times.add(Duration.ofNanos(System.nanoTime() - signalled));
        assertThat(log.holdsAny(pid)).as("leases that went with it, round " + round).isFalse();
        assertThat(awaitEndOf(worker, ends)).as("exit code, round " + round).isZero();
        callers.check();
        REPORT.put("import-worker: SIGTERM → end of the process", times, within);
      }
      REPORT.say(callers.finish());
      assertThat(log.moves()).as("no attempt is counted").allMatch(move -> move.attempts() <= 0);
    } finally {
      WORKERS.forEach(stack::awaitAtWork);
    }
  }

  private static void awaitEnd(long pid, Duration within) throws Exception {
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(within.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** The exit code of the end after so many. */
  private int awaitEndOf(String child, int ends) {
    return await("the launcher tells of the end of " + child)
        .atMost(PATIENCE)
        .until(() -> ends(child), codes -> codes.size() > ends)
        .get(ends);
  }

  /** The exit codes of a child so far. */
  private List<Integer> ends(String child) {
    Pattern end = Pattern.compile(Pattern.quote(child) + " ended with exit code (\\d+);.*");
    return stack.said().stream()
        .map(end::matcher)
        .filter(Matcher::matches)
        .map(line -> Integer.valueOf(line.group(1)))
        .toList();
  }

  private static Duration graceOf(String service) {
    return seconds(service, "terminationGracePeriodSeconds: (\\d+)");
  }

  /** A figure of the deployment that operators are given. */
  private static Duration seconds(String service, String where) {
    Path manifest =
        Path.of(System.getProperty("rowledger.root"), "deploy/kubernetes/base", service + ".yaml");
    try {
      Matcher found = Pattern.compile(where, Pattern.DOTALL).matcher(Files.readString(manifest));
      assertThat(found.find()).as("%s in %s", where, manifest).isTrue();
      return Duration.ofSeconds(Long.parseLong(found.group(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
