package io.rowledger.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one job, in the order in which it was asked for: an answer is only given here if
 * it was asked for after the one before had come.
 */
final class Answers {
  private static final Set<String> TERMINAL =
      Set.of("completed", "failed", "cancelled", "interrupted");
  private static final List<String> COUNTERS = List.of("succeeded", "failed", "skipped");

  /** What must not change any more when a job has ended. */
  private static final List<String> LASTING =
      List.of(
          "status",
          "phase",
          "outcome",
          "totalItems",
          "succeeded",
          "failed",
          "skipped",
          "unprocessed",
          "completedAt",
          "cancelledBy",
          "jobFailure",
          "workerError");

  private @Nullable JsonNode last;
  private int count;

  /** Compares an answer with what every answer must be, and with the one before. */
  synchronized void check(JsonNode job, String about, Violations violations) {
    count++;
    JsonNode before = last;
    last = job;
    int accounted = job.path("unprocessed").asInt(-1);
    violations.expect(accounted >= 0, about, "rows unprocessed", job);
    for (String counter : COUNTERS) {
      accounted += job.path(counter).asInt();
    }
    violations.expect(
        accounted == job.path("totalItems").asInt(), about, "counters that add up", job);
    if (before == null) {
      return;
    }
    for (String counter : COUNTERS) {
      violations.expect(
          job.path(counter).asInt() >= before.path(counter).asInt(),
          about,
          counter + " never to fall",
          before + " and then " + job);
    }
    if (isTerminal(before)) {
      for (String name : LASTING) {
        violations.expect(
            job.path(name).equals(before.path(name)),
            about,
            name + " of an ended job to stay",
            before + " and then " + job);
      }
    }
    violations.expect(
        !job.path("status").asText().equals("queued")
            || before.path("status").asText().equals("queued"),
        about,
        "a started job not to be queued again",
        before + " and then " + job);
  }

  synchronized boolean hasEnded() {
    return last != null && isTerminal(last);
  }

  synchronized String status() {
    return last == null ? "unknown" : last.path("status").asText();
  }

  synchronized int count() {
    return count;
  }

  static boolean isTerminal(JsonNode job) {
    return TERMINAL.contains(job.path("status").asText());
  }
}
