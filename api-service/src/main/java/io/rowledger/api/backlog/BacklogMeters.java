package io.rowledger.api.backlog;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.rowledger.core.backlog.Backlog;
import io.rowledger.core.backlog.BacklogRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.SqlFailure;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gauges of what waits. One look every 15 seconds, whoever scrapes how often. Here and not in the
 * workers: that none of them runs is what the gauges are to show. Every process says the same, so
 * queries take the maximum of them.
 */
@Singleton
class BacklogMeters {

  private final Database database;
  private final Schema schema;
  private final BacklogRepository repository;
  private volatile @Nullable Backlog last;

  BacklogMeters(
      Database database, Schema schema, BacklogRepository repository, MeterRegistry registry) {
    this.database = database;
    this.schema = schema;
    this.repository = repository;
    gauge(registry, "jobs.claimable", "Jobs that a free slot would take now", Backlog::claimable);
    gauge(
        registry,
        "jobs.claimable.oldest.age",
        "How long the claimable job that waits longest has waited",
        "seconds",
        Backlog::oldestClaimable);
    gauge(registry, "jobs.leased", "Jobs that a worker has", Backlog::leased);
    gauge(registry, "jobs.paused", "Jobs that their owner has paused", Backlog::paused);
    gauge(registry, "outbox.events", "Events that wait to be sent", Backlog::events);
    gauge(
        registry,
        "outbox.oldest.age",
        "How long the oldest event has waited",
        "seconds",
        Backlog::oldestEvent);
    gauge(
        registry,
        "outbox.dead.letters",
        "Events that Kafka refused and nobody has seen to",
        Backlog::deadEvents);
    gauge(
        registry,
        "webhook.deliveries.due",
        "Deliveries to webhooks that should be under way",
        Backlog::dueDeliveries);
    gauge(
        registry,
        "webhook.deliveries.oldest.due.age",
        "How late the delivery that is due longest is",
        "seconds",
        Backlog::oldestDueDelivery);
    Gauge.builder("rowledger.backlog.known", this, meters -> meters.last == null ? 0 : 1)
        .description("0 while PostgreSQL did not answer the last look, and the others say nothing")
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Backlog> value) {
    gauge(registry, name, description, null, value);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      @Nullable String unit,
      ToDoubleFunction<Backlog> value) {
    Gauge.builder("rowledger." + name, this, meters -> meters.value(value))
        .description(description)
        .baseUnit(unit)
        .register(registry);
  }

  /** What was true before an outage is not said to be true now. */
  private double value(ToDoubleFunction<Backlog> of) {
    Backlog known = last;
    return known == null ? Double.NaN : of.applyAsDouble(known);
  }

  @Scheduled(every = "15s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void look() {
    try {
      last = schema.isThere() ? database.acrossOrganizations(repository::look) : null;
    } catch (SqlFailure away) {
      last = null;
    }
  }
}
