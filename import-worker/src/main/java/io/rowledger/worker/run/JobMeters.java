package io.rowledger.worker.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.rowledger.core.job.Counts;
import io.rowledger.core.job.JobKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is counted and timed of jobs of one kind. Told once for a group of chunks, never for a row.
 */
final class JobMeters {

  private static final Duration[] BOUNDS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
  private final Counter succeeded;
  private final Counter failed;
  private final Counter skipped;

  JobMeters(MeterRegistry registry, JobKind kind, boolean dryRun) {
    for (Stage stage : Stage.values()) {
      stages.put(
          stage,
          Timer.builder("rowledger.chunk.stage")
              .description("Time of a group of chunks (up to 5 000 rows) in one stage")
              .tag("kind", kind.wireName())
              .tag("stage", stage.tag())
              .serviceLevelObjectives(BOUNDS)
              .register(registry));
    }
    this.succeeded = rows(registry, kind, dryRun, "succeeded");
    this.failed = rows(registry, kind, dryRun, "failed");
    this.skipped = rows(registry, kind, dryRun, "skipped");
  }

  private static Counter rows(
      MeterRegistry registry, JobKind kind, boolean dryRun, String outcome) {
    return Counter.builder("rowledger.rows")
        .description("Rows whose outcome was committed")
        .tag("kind", kind.wireName())
        .tag("outcome", outcome)
        .tag("dry_run", String.valueOf(dryRun))
        .register(registry);
  }

  void took(Stage stage, long nanos) {
    stages.get(stage).record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Rows of a transaction that was committed. */
  void committed(Counts counts) {
    succeeded.increment(counts.succeeded());
    failed.increment(counts.failed());
    skipped.increment(counts.skipped());
  }
}
