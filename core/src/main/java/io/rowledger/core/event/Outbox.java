package io.rowledger.core.event;

import io.rowledger.core.job.ErasureRepository;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.trace.Traceparent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code outbox} and {@code outbox_dead_letter}. An event is added in the transaction
 * that causes it, while that transaction holds the job's row: so ids rise in the order of what
 * happened to the job.
 */
@ApplicationScoped
public class Outbox {

  /** Any number that nobody else locks: whoever has it relays. */
  private static final long RELAY_LOCK = 0x526F_774C_6564L;

  /**
   * An event that waits to be sent.
   *
   * @param traceparent of what caused it; null when that was not traced
   */
  public record Pending(
      long id,
      UUID eventId,
      UUID jobId,
      UUID organizationId,
      String eventType,
      String jobKind,
      String data,
      Instant occurredAt,
      boolean dryRun,
      @Nullable String traceparent) {}

  /** An event that the broker refused for what it is. */
  public record Buried(
      long id, UUID jobId, UUID organizationId, String eventType, String reason, Instant deadAt) {}

  /**
   * Adds an event about a job as it is after the change this transaction made, and with it what
   * follows from it: its deliveries to the organisation's webhooks and the mail about a job that
   * ended. In the same transaction, so that none is lost and none is before the commit.
   */
  public void add(Tx tx, JobEventType type, JobView job) {
    // One statement: an organisation without webhooks pays for one look into an index.
    tx.update(
        """
        WITH event AS (
            INSERT INTO outbox (event_id, job_id, organization_id, event_type, job_kind, data, dry_run, traceparent)
            VALUES (?, ?, ?, ?, ?, ?, ?, coalesce(?, (SELECT traceparent FROM import_job WHERE id = ?)))
            RETURNING id, event_id, job_id, organization_id, event_type, data, occurred_at)
        INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, job_id, sequence, event_type, data, occurred_at)
        SELECT w.id, e.event_id, e.organization_id, e.job_id, e.id, e.event_type, e.data, e.occurred_at
          FROM event e JOIN webhook w ON w.organization_id = e.organization_id
         WHERE w.disabled_at IS NULL AND (w.event_types = '{}' OR e.event_type = ANY (w.event_types))
        """,
        UuidV7.next(),
        job.id().value(),
        job.organization().value(),
        type.wireName(),
        job.kind().wireName(),
        JobJson.forEvent(job).toString(),
        job.dryRun(),
        // What nobody asks for, such as the end of a job that is given up, belongs to the job.
        Traceparent.current(),
        job.id().value());
    if (job.status().terminal()) {
      addMailReport(tx, job);
    }
  }

  /**
   * Forgets what events about a job say of its files, where they still wait, were put aside or are
   * kept in the log of deliveries. What is on the topic is out of reach.
   */
  public void eraseContents(Tx tx, OrgId organization, JobId job) {
    for (String table : List.of("outbox", "outbox_dead_letter", "webhook_delivery")) {
      tx.update(
          """
          UPDATE %s SET data = (data::jsonb || jsonb_build_object('label', NULL, 'metadata',
                                    data::jsonb -> 'metadata' || jsonb_build_object('fileName', ?::text)))::text
           WHERE job_id = ? AND organization_id = ?
          """
              .formatted(table),
          ErasureRepository.ERASED,
          job.value(),
          organization.value());
    }
  }

  /** A dry run has imported nothing that anybody should be told of by mail. */
  private static void addMailReport(Tx tx, JobView job) {
    tx.update(
        """
        INSERT INTO mail_report (job_id, organization_id)
        SELECT id, organization_id FROM import_job
         WHERE id = ? AND organization_id = ? AND options -> 'reportRecipientEmails' <> '[]' AND NOT dry_run
            ON CONFLICT (job_id) DO NOTHING
        """,
        job.id().value(),
        job.organization().value());
  }

  /** True when this transaction may relay; one at a time does, or the order would be lost. */
  boolean lockForRelay(Tx tx) {
    return tx.queryOne("SELECT pg_try_advisory_xact_lock(?)", row -> row.getBoolean(1), RELAY_LOCK)
        .orElseThrow();
  }

  /** The oldest events of all jobs but some: of each job the first ones, in their order. */
  List<Pending> oldest(Tx tx, int most, Set<UUID> without) {
    return tx.query(
        """
        SELECT id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run, traceparent
          FROM outbox WHERE job_id <> ALL (?) ORDER BY id LIMIT ?
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
                row.getBoolean("dry_run"),
                row.getString("traceparent")),
        without.toArray(UUID[]::new),
        most);
  }

  void delete(Tx tx, List<Long> ids) {
    tx.update("DELETE FROM outbox WHERE id = ANY(?)", (Object) ids.toArray(Long[]::new));
  }

  /** Events that were put aside, the oldest first. */
  public List<Buried> buried(Tx tx, int most) {
    return tx.query(
        """
        SELECT id, job_id, organization_id, event_type, reason, dead_at FROM outbox_dead_letter ORDER BY id LIMIT ?
        """,
        row ->
            new Buried(
                row.getLong("id"),
                row.getObject("job_id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getString("event_type"),
                row.getString("reason"),
                Tx.instant(row, "dead_at")),
        most);
  }

  /**
   * Puts an event that was put aside back, to be sent once more. It keeps its ids, so that
   * consumers know it and its place; deliveries and mails are not made again.
   *
   * @return false when it is not there (any more)
   */
  public boolean exhume(Tx tx, long id) {
    return tx.update(
            """
            WITH event AS (DELETE FROM outbox_dead_letter WHERE id = ? RETURNING *)
            INSERT INTO outbox (id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run, traceparent)
            OVERRIDING SYSTEM VALUE
            SELECT id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run, traceparent FROM event
            """,
            id)
        == 1;
  }

  /** Puts an event aside that the broker refuses for what it is, so that it blocks nobody. */
  void bury(Tx tx, long id, String reason) {
    tx.update(
        """
        INSERT INTO outbox_dead_letter (id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run, traceparent, reason)
        SELECT id, event_id, job_id, organization_id, event_type, job_kind, data, occurred_at, dry_run, traceparent, ? FROM outbox WHERE id = ?
        """,
        reason,
        id);
    delete(tx, List.of(id));
  }
}
