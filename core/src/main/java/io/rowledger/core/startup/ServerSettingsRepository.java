package io.rowledger.core.startup;

import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The settings of PostgreSQL as sessions of this process have them. */
@ApplicationScoped
class ServerSettingsRepository {

  /** What an organisation has that nobody has changed. */
  private static final int DEFAULT_RETENTION_DAYS = 30;

  Map<String, String> settings(Tx tx) {
    Map<String, String> settings = new HashMap<>();
    tx.query(
            """
            SELECT name, setting FROM pg_settings
             WHERE name IN ('server_version_num', 'server_encoding', 'fsync', 'full_page_writes', 'synchronous_commit',
                            'default_transaction_isolation', 'default_transaction_read_only')
             UNION ALL SELECT 'in_recovery', pg_is_in_recovery()::text
            """,
            row -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
    return settings;
  }

  /** How long callers are told, at most, that their rows are kept. */
  Duration longestRetention(Tx tx) {
    return Duration.ofDays(
        tx.queryOne(
                "SELECT coalesce(max(retention_days), ?) FROM organization",
                row -> row.getInt(1),
                DEFAULT_RETENTION_DAYS)
            .orElse(DEFAULT_RETENTION_DAYS));
  }
}
