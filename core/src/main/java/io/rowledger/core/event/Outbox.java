package io.rowledger.core.event;

import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.sql.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The tables {@code outbox} and {@code outbox_dead_letter}. An event is added in the transaction
 * that causes it, while that transaction holds the job's row: so ids rise in the order of what
 * happened to the job.
 */
@ApplicationScoped
public class Outbox {

  /** Any number that nobody else locks: whoever has it relays. */
  private static final long RELAY_LOCK = 0x526F_774C_6564L;

  /** An event that waits to be sent. */
  public record Pending(
      long id,
      UUID eventId,
      UUID jobId,
      UUID organizationId,
      String eventType,
      String jobKind,
      String data,
      Instant occurredAt,
      boolean dryRun) {}

  /** Adds an event about a job as it is after the change this transaction made. */
  public void add(Tx tx, JobEventType type, JobView job) {
    tx.update(
        """
        INSERT INTO outbox (event_id, job_id, organization_id, event_type, job_kind, data, dry_run)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        UuidV7.next(),
        job.id().value(),
        job.organization().value(),
        type.wireName(),
        job.kind().wireName(),
        JobJson.forEvent(job).toString(),
        job.dryRun());
  }

  /** True when this transaction may relay; one at a time does, or the order would be lost. */
  boolean lockForRelay(Tx tx) {
    return tx.queryOne("SELECT pg_try_advisory_xact_lock(?)", row -> row.getBoolean(1), RELAY_LOCK)
        .orElseThrow();
  }

  List<Pending> oldest(Tx tx, int most) {
    return tx.query(
        """
        SELECT id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run
          FROM outbox ORDER BY id LIMIT ?
        """,
        row ->
            new Pending(
                row.getLong("id"),
                row.getObject("event_id", UUID.class),
                row.getObject("job_id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getString("event_type"),
                row.getString("job_kind"),
                row.getString("data"),
                Tx.instant(row, "occurred_at"),
                row.getBoolean("dry_run")),
        most);
  }

  void delete(Tx tx, List<Long> ids) {
    tx.update("DELETE FROM outbox WHERE id = ANY(?)", (Object) ids.toArray(Long[]::new));
  }

  /** Puts an event aside that the broker refuses for what it is, so that it blocks nobody. */
  void bury(Tx tx, long id, String reason) {
    tx.update(
        """
        INSERT INTO outbox_dead_letter (id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run, reason)
        SELECT id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run, ? FROM outbox WHERE id = ?
        """,
        reason,
        id);
    delete(tx, List.of(id));
  }
}
