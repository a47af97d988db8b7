package io.rowledger.core.sql;

import java.util.List;
import org.jboss.logging.Logger;

/**
 * Looks whether PostgreSQL would write cells into a log of its own, where none of our precautions
 * reaches: "Key (external_id)=(…) already exists", "Failing row contains (…)", the parameters of
 * slow statements. Only a superuser can forbid that, so all we can do is say it.
 */
final class ServerLog {

  private static final Logger LOG = Logger.getLogger(ServerLog.class);

  static final String LEAKS =
      """
      SELECT format('%s is %s and should be %s', name, setting, safe)
        FROM pg_settings JOIN (VALUES ('log_error_verbosity', 'terse'),
                                      ('log_parameter_max_length', '0'),
                                      ('log_parameter_max_length_on_error', '0')) AS wanted(name, safe) USING (name)
       WHERE setting <> safe
         AND (name <> 'log_parameter_max_length'
              OR EXISTS (SELECT 1 FROM pg_settings s
                          WHERE (s.name, s.setting) NOT IN (('log_statement', 'none'), ('log_statement', 'ddl'))
                            AND s.name = 'log_statement'
                             OR s.name IN ('log_min_duration_statement', 'log_min_duration_sample')
                            AND s.setting <> '-1'
                             OR s.name = 'log_transaction_sample_rate' AND s.setting <> '0'))
       ORDER BY name
      """;

  private ServerLog() {}

  /** Says what an operator has to change. Never throws. */
  static void warn(Database database) {
    try {
      List<String> leaks = leaks(database);
      if (!leaks.isEmpty()) {
        LOG.warnf(
            "PostgreSQL may write the contents of rows into its own log: %s",
            String.join("; ", leaks));
      }
    } catch (SqlFailure away) {
      LOG.debugf("The settings of PostgreSQL's log are not known: %s", away.sqlState());
    }
  }

  /** Sentences about settings, for our connections. */
  static List<String> leaks(Database database) {
    return database.transaction(tx -> tx.query(LEAKS, row -> row.getString(1)));
  }
}
