package io.rowledger.core.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.rowledger.core.event.Outbox.Pending;
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
  }

  void acknowledged(Pending event) {
    Counter.builder("rowledger.events.relayed")
        .description("Events that Kafka has acknowledged")
        .tag("type", shortName(event.eventType()))
        .register(registry)
        .increment();
    countEnd(event);
  }

  void refused(Pending event) {
    refused.increment();
    countEnd(event);
  }

  private void countEnd(Pending event) {
    JobStatus status = ENDS.get(event.eventType());
    if (status != null) {
      Counter.builder("rowledger.jobs.ended")
          .description("Jobs whose end left the outbox")
          .tag("kind", event.jobKind())
          .tag("status", status.wireName())
          .tag("dry_run", String.valueOf(event.dryRun()))
          .register(registry)
          .increment();
    }
  }

  /** {@code completed} of {@code io.rowledger.job.completed.v1}. */
  private static String shortName(String type) {
    String[] parts = type.split("\\.", -1);
    return parts.length < 2 ? "other" : parts[parts.length - 2];
  }
}
