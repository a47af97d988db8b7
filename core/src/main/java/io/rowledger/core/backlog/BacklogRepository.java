package io.rowledger.core.backlog;

import io.rowledger.core.job.JobRepository;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;

/** Looks across the tables of everything that waits, of all organisations; writes nothing. */
@ApplicationScoped
public class BacklogRepository {

  /** One statement, so that the figures belong to one moment. */
  private static final String LOOK =
      """
      WITH claimable AS (
          SELECT count(*) AS jobs, min(j.waiting_since) AS since FROM import_job j WHERE %s),
      held AS (
          SELECT count(*) FILTER (WHERE lease_owner IS NOT NULL) AS leased,
                 count(*) FILTER (WHERE paused_at IS NOT NULL) AS paused
            FROM import_job WHERE status IN ('queued', 'running')),
      events AS (
          SELECT count(*) AS events, min(occurred_at) AS since FROM outbox),
      deliveries AS (
          SELECT count(*) AS deliveries, min(next_attempt_at) AS since FROM webhook_delivery
           WHERE state = 'pending' AND next_attempt_at <= clock_timestamp()
             AND (lease_until IS NULL OR lease_until <= clock_timestamp()))
      SELECT claimable.jobs, %s AS oldest_claimable, held.leased, held.paused,
             events.events, %s AS oldest_event,
             (SELECT count(*) FROM outbox_dead_letter) AS dead_events,
             deliveries.deliveries, %s AS oldest_delivery
        FROM claimable, held, events, deliveries
      """
          .formatted(
              JobRepository.CLAIMABLE,
              age("claimable.since"),
              age("events.since"),
              age("deliveries.since"));

  /** What waits now. */
  public Backlog look(Tx tx) {
    return tx.queryOne(
            LOOK,
            row ->
                new Backlog(
                    row.getLong("jobs"),
                    row.getDouble("oldest_claimable"),
                    row.getLong("leased"),
                    row.getLong("paused"),
                    row.getLong("events"),
                    row.getDouble("oldest_event"),
                    row.getLong("dead_events"),
                    row.getLong("deliveries"),
                    row.getDouble("oldest_delivery")))
        .orElseThrow();
  }

  private static String age(String since) {
    return "coalesce(greatest(extract(epoch FROM clock_timestamp() - %s), 0), 0)::float8"
        .formatted(since);
  }
}
