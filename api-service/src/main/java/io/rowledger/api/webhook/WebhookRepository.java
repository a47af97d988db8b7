package io.rowledger.api.webhook;

import io.rowledger.api.webhook.WebhookSecrets.Made;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code webhook}. */
@ApplicationScoped
class WebhookRepository {

  static final String MANUAL = "MANUAL";
  static final String GONE = "GONE";

  private static final String COLUMNS =
      """
       id, url, event_types, disabled_at, disabled_reason, created_by, created_at, updated_at,
       CASE WHEN previous_until > clock_timestamp() THEN previous_until END AS previous_until
      """;

  private static final String RETURNING = " RETURNING " + COLUMNS;

  /** Makes this transaction the only one that adds endpoints to the organisation. */
  void lockOrganization(Tx tx, OrgId organization) {
    tx.query(
        "SELECT 1 FROM organization WHERE id = ? FOR NO KEY UPDATE",
        row -> row.getInt(1),
        organization.value());
  }

  int count(Tx tx, OrgId organization) {
    return tx.queryOne(
            "SELECT count(*) FROM webhook WHERE organization_id = ?",
            row -> row.getInt(1),
            organization.value())
        .orElseThrow();
  }

  Webhook insert(
      Tx tx,
      OrgId organization,
      UUID id,
      String url,
      List<String> eventTypes,
      Made secret,
      String createdBy) {
    return tx.queryOne(
            """
            INSERT INTO webhook (id, organization_id, url, event_types, master_key_id, sealed_secret, created_by)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
                + RETURNING,
            WebhookRepository::webhook,
            id,
            organization.value(),
            url,
            eventTypes.toArray(String[]::new),
            secret.masterKeyId(),
            secret.sealed().bytes(),
            createdBy)
        .orElseThrow();
  }

  /** Newest first. */
  List<Webhook> list(Tx tx, OrgId organization) {
    return tx.query(
        "SELECT" + COLUMNS + " FROM webhook WHERE organization_id = ? ORDER BY id DESC",
        WebhookRepository::webhook,
        organization.value());
  }

  Optional<Webhook> find(Tx tx, OrgId organization, UUID id) {
    return tx.queryOne(
        "SELECT" + COLUMNS + " FROM webhook WHERE organization_id = ? AND id = ?",
        WebhookRepository::webhook,
        organization.value(),
        id);
  }

  /** Changes what is not null. */
  Optional<Webhook> change(
      Tx tx,
      OrgId organization,
      UUID id,
      @Nullable String url,
      @Nullable List<String> eventTypes,
      @Nullable Boolean enabled) {
    return tx.queryOne(
        """
        UPDATE webhook SET updated_at = clock_timestamp(),
               url = coalesce(?, url), event_types = coalesce(?::text[], event_types),
               disabled_at = CASE ?::boolean WHEN true THEN NULL
                             WHEN false THEN coalesce(disabled_at, clock_timestamp()) ELSE disabled_at END,
               disabled_reason = CASE ?::boolean WHEN true THEN NULL
                             WHEN false THEN coalesce(disabled_reason, ?) ELSE disabled_reason END
         WHERE organization_id = ? AND id = ?
        """
            + RETURNING,
        WebhookRepository::webhook,
        url,
        eventTypes == null ? null : eventTypes.toArray(String[]::new),
        enabled,
        enabled,
        MANUAL,
        organization.value(),
        id);
  }

  /** Replaces the secret; the one before goes on signing for the overlap. */
  Optional<Webhook> rotate(Tx tx, OrgId organization, UUID id, Made secret, Duration overlap) {
    return tx.queryOne(
        """
        UPDATE webhook SET updated_at = clock_timestamp(),
               previous_secret = sealed_secret,
               previous_until = clock_timestamp() + ?::bigint * interval '1 millisecond',
               sealed_secret = ?, master_key_id = ?
         WHERE organization_id = ? AND id = ?
        """
            + RETURNING,
        WebhookRepository::webhook,
        overlap.toMillis(),
        secret.sealed().bytes(),
        secret.masterKeyId(),
        organization.value(),
        id);
  }

  /** The endpoint said that it is gone. */
  void disableGone(Tx tx, UUID id) {
    tx.update(
        """
        UPDATE webhook SET disabled_at = clock_timestamp(), disabled_reason = ?, updated_at = clock_timestamp()
         WHERE id = ? AND disabled_at IS NULL
        """,
        GONE,
        id);
  }

  boolean delete(Tx tx, OrgId organization, UUID id) {
    return tx.update(
            "DELETE FROM webhook WHERE organization_id = ? AND id = ?", organization.value(), id)
        == 1;
  }

  private static Webhook webhook(ResultSet row) throws SQLException {
    return new Webhook(
        row.getObject("id", UUID.class),
        row.getString("url"),
        List.of((String[]) row.getArray("event_types").getArray()),
        Tx.instant(row, "previous_until"),
        Tx.instant(row, "disabled_at"),
        row.getString("disabled_reason"),
        row.getString("created_by"),
        time(row, "created_at"),
        time(row, "updated_at"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, java.time.OffsetDateTime.class).toInstant();
  }
}
