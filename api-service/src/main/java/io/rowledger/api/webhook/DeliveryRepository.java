package io.rowledger.api.webhook;

import io.rowledger.api.webhook.ClaimedDelivery.Endpoint;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code webhook_delivery}. Rows about jobs are added by the outbox, in the transaction
 * of the event. Time is the database's.
 */
@ApplicationScoped
class DeliveryRepository {

  private static final String COLUMNS =
      """
       event_id, job_id, event_type, state, attempts, occurred_at, last_attempt_at, last_status,
       last_error, response_millis, completed_at,
       CASE WHEN state = 'pending' THEN next_attempt_at END AS next_attempt_at
      """;

  private static final String RETURNING = " RETURNING " + COLUMNS;

  /** Adds a test event, which is about no job. */
  Delivery insertTest(
      Tx tx, OrgId organization, UUID webhook, UUID event, String type, String data) {
    return tx.queryOne(
            """
            INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, event_type, data)
            VALUES (?, ?, ?, ?, ?)
            """
                + RETURNING,
            DeliveryRepository::delivery,
            webhook,
            event,
            organization.value(),
            type,
            data)
        .orElseThrow();
  }

  /** One more than the page has, newest event first. */
  List<Delivery> page(Tx tx, OrgId organization, UUID webhook, PageRequest page) {
    return tx.query(
        "SELECT"
            + COLUMNS
            + """
             FROM webhook_delivery WHERE organization_id = ? AND webhook_id = ? AND event_id < ?
             ORDER BY event_id DESC LIMIT ?
            """,
        DeliveryRepository::delivery,
        organization.value(),
        webhook,
        page.beforeId(),
        page.size() + 1);
  }

  /** Makes a delivery due now, with all its tries before it again if it had ended. */
  Optional<Delivery> redeliver(Tx tx, OrgId organization, UUID webhook, UUID event) {
    return tx.queryOne(
        """
        UPDATE webhook_delivery SET next_attempt_at = clock_timestamp(), completed_at = NULL, state = 'pending',
               attempts = CASE WHEN state = 'pending' THEN attempts ELSE 0 END
         WHERE organization_id = ? AND webhook_id = ? AND event_id = ?
        """
            + RETURNING,
        DeliveryRepository::delivery,
        organization.value(),
        webhook,
        event);
  }

  /**
   * Takes the delivery that is due longest. Not one whose endpoint is busy, and not one while an
   * earlier event of its job has yet to be tried at the same endpoint: nearly always, events then
   * arrive in their order, and one that cannot be delivered still does not hold up the rest.
   *
   * @param lease after which the try counts as lost with its process
   * @param perEndpoint most tries under way to one endpoint
   */
  Optional<ClaimedDelivery> claim(Tx tx, Duration lease, int perEndpoint) {
    return tx.queryOne(
        """
        WITH due AS (
            SELECT d.webhook_id, d.event_id FROM webhook_delivery d
             WHERE d.state = 'pending' AND d.next_attempt_at <= clock_timestamp()
               AND (d.lease_until IS NULL OR d.lease_until <= clock_timestamp())
               AND d.webhook_id <> ALL (ARRAY(
                   SELECT b.webhook_id FROM webhook_delivery b
                    WHERE b.state = 'pending' AND b.lease_until > clock_timestamp()
                    GROUP BY b.webhook_id HAVING count(*) >= ?))
               AND NOT EXISTS (
                   SELECT 1 FROM webhook_delivery e
                    WHERE e.webhook_id = d.webhook_id AND e.job_id = d.job_id AND e.state = 'pending'
                      AND e.sequence < d.sequence AND (e.attempts = 0 OR e.lease_until > clock_timestamp()))
             ORDER BY d.next_attempt_at, d.sequence
             LIMIT 1
               FOR NO KEY UPDATE SKIP LOCKED),
        claimed AS (
            UPDATE webhook_delivery d
               SET attempts = d.attempts + 1, last_attempt_at = clock_timestamp(),
                   lease_until = clock_timestamp() + ?::bigint * interval '1 millisecond'
              FROM due WHERE d.webhook_id = due.webhook_id AND d.event_id = due.event_id
            RETURNING d.*)
        SELECT c.webhook_id, c.event_id, c.attempts, c.sequence, c.event_type, c.data, c.occurred_at,
               w.url, w.sealed_secret,
               CASE WHEN w.previous_until > clock_timestamp() THEN w.previous_secret END AS previous_secret
          FROM claimed c LEFT JOIN webhook w ON w.id = c.webhook_id AND w.disabled_at IS NULL
        """,
        DeliveryRepository::claimed,
        perEndpoint,
        lease.toMillis());
  }

  /**
   * Writes how a try went.
   *
   * @param again how long to wait before the next try; null when there is none
   */
  void record(Tx tx, ClaimedDelivery tried, Attempt attempt, @Nullable Duration again) {
    String state = attempt.delivered() ? "delivered" : again == null ? "failed" : "pending";
    tx.update(
        """
        UPDATE webhook_delivery SET state = ?, lease_until = NULL, last_status = ?, last_error = ?, response_millis = ?,
               next_attempt_at = clock_timestamp() + ?::bigint * interval '1 millisecond',
               completed_at = CASE WHEN ? THEN NULL ELSE clock_timestamp() END
         WHERE webhook_id = ? AND event_id = ? AND state = 'pending' AND attempts = ?
        """,
        state,
        attempt.status(),
        attempt.error() == null ? null : attempt.error().name(),
        attempt.millis(),
        again == null ? 0 : again.toMillis(),
        state.equals("pending"),
        tried.webhookId(),
        tried.eventId(),
        tried.attempt());
  }

  /** Forgets what was on its way to an endpoint that is deleted. */
  void deleteOf(Tx tx, OrgId organization, UUID webhook) {
    tx.update(
        "DELETE FROM webhook_delivery WHERE organization_id = ? AND webhook_id = ?",
        organization.value(),
        webhook);
  }

  /** Forgets events that are older than so many days, a few at a time; returns how many. */
  int purge(Tx tx, int days, int most) {
    return tx.update(
        """
        DELETE FROM webhook_delivery WHERE (webhook_id, event_id) IN (
            SELECT webhook_id, event_id FROM webhook_delivery
             WHERE occurred_at < clock_timestamp() - ? * interval '1 day' LIMIT ?
               FOR UPDATE SKIP LOCKED)
        """,
        days,
        most);
  }

  private static ClaimedDelivery claimed(ResultSet row) throws SQLException {
    String url = row.getString("url");
    byte[] previous = row.getBytes("previous_secret");
    return new ClaimedDelivery(
        row.getObject("webhook_id", UUID.class),
        row.getObject("event_id", UUID.class),
        row.getInt("attempts"),
        row.getObject("sequence", Long.class),
        row.getString("event_type"),
        row.getString("data"),
        time(row, "occurred_at"),
        url == null
            ? null
            : new Endpoint(
                url,
                new SealedSecret(row.getBytes("sealed_secret")),
                previous == null ? null : new SealedSecret(previous)));
  }

  private static Delivery delivery(ResultSet row) throws SQLException {
    return new Delivery(
        row.getObject("event_id", UUID.class),
        row.getObject("job_id", UUID.class),
        row.getString("event_type"),
        row.getString("state"),
        row.getInt("attempts"),
        time(row, "occurred_at"),
        Tx.instant(row, "next_attempt_at"),
        Tx.instant(row, "last_attempt_at"),
        row.getObject("last_status", Integer.class),
        row.getString("last_error"),
        row.getObject("response_millis", Integer.class),
        Tx.instant(row, "completed_at"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
