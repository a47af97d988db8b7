package io.rowledger.core.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.rowledger.core.event.Outbox.Pending;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobStatus;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts what left the outbox, after the commit that removed it. That is also where ends of jobs
 * are counted, all of them and each once: every end has one event, whoever brought it about.
 */
final class RelayMeters {

  private static final Map<String, JobStatus> ENDS =
      Arrays.stream(JobStatus.values())
          .filter(JobStatus::terminal)
          .collect(
              Collectors.toMap(
                  status -> JobEventType.ofEnd(status).wireName(), Function.identity()));

  private final MeterRegistry registry;
  private final Counter refused;

  RelayMeters(MeterRegistry registry) {
    this.registry = registry;
    this.refused =
        Counter.builder("rowledger.events.refused")
            .description("Events that Kafka refused for what they are; put aside as dead letters")
            .register(registry);
    // All of them now: a series that begins with its first count shows no increase of it.
    for (JobEventType type : JobEventType.values()) {
      relayed(type.wireName());
    }
    for (JobKind kind : JobKind.values()) {
      for (JobStatus status : ENDS.values()) {
        ended(kind.wireName(), status, false);
        ended(kind.wireName(), status, true);
      }
    }
  }

  void acknowledged(Pending event) {
    relayed(event.eventType()).increment();
    countEnd(event);
  }

  private Counter relayed(String type) {
    return Counter.builder("rowledger.events.relayed")
        .description("Events that Kafka has acknowledged")
        .tag("type", shortName(type))
        .register(registry);
  }

  void refused(Pending event) {
    refused.increment();
    countEnd(event);
  }

  private void countEnd(Pending event) {
    JobStatus status = ENDS.get(event.eventType());
    if (status != null) {
      ended(event.jobKind(), status, event.dryRun()).increment();
    }
  }

  private Counter ended(String kind, JobStatus status, boolean dryRun) {
    return Counter.builder("rowledger.jobs.ended")
        .description("Jobs whose end left the outbox")
        .tag("kind", kind)
        .tag("status", status.wireName())
        .tag("dry_run", String.valueOf(dryRun))
        .register(registry);
  }

  /** {@code completed} of {@code io.rowledger.job.completed.v1}. */
  private static String shortName(String type) {
    String[] parts = type.split("\\.", -1);
    return parts.length < 2 ? "other" : parts[parts.length - 2];
  }
}
