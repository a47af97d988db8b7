package io.rowledger.worker.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.rowledger.core.job.JobKind;
import io.rowledger.worker.recovery.FailedTries.Cause;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What the slots of this process count. No organisation, no job and no cell is ever a label. */
@Singleton
class RunMeters {

  /** Deadlock, serialization, lock time-out, a key that another transaction committed. */
  private static final List<String> AGAIN = List.of("40P01", "40001", "55P03", "23505");

  private final MeterRegistry registry;
  private final Map<JobKind, JobMeters> imports = new EnumMap<>(JobKind.class);
  private final Map<JobKind, JobMeters> dryRuns = new EnumMap<>(JobKind.class);
  private final Map<Cause, Counter> tries = new EnumMap<>(Cause.class);
  private final Counter leasesLost;

  RunMeters(MeterRegistry registry) {
    this.registry = registry;
    // All of them now: a series that begins with its first count shows no increase of it.
    for (JobKind kind : JobKind.values()) {
      imports.put(kind, new JobMeters(registry, kind, false));
      dryRuns.put(kind, new JobMeters(registry, kind, true));
    }
    for (Cause cause : Cause.values()) {
      tries.put(
          cause,
          Counter.builder("rowledger.tries.failed")
              .description("Runs of this process that came to nothing and were counted as a try")
              .tag("cause", cause.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    AGAIN.forEach(this::retries);
    this.leasesLost =
        Counter.builder("rowledger.leases.lost")
            .description("Runs that ended because somebody else decides over the job now")
            .register(registry);
  }

  JobMeters of(JobKind kind, boolean dryRun) {
    return (dryRun ? dryRuns : imports).get(kind);
  }

  void tryFailed(Cause cause) {
    tries.get(cause).increment();
  }

  void leaseLost() {
    leasesLost.increment();
  }

  /** PostgreSQL said that trying again may help; its states are few. */
  void triedAgain(String sqlState) {
    retries(sqlState).increment();
  }

  private Counter retries(String sqlState) {
    return Counter.builder("rowledger.transactions.retried")
        .description("Chunk transactions that were tried again")
        .tag("sqlstate", sqlState)
        .register(registry);
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
