package io.rowledger.core.sql;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The schema this code needs. api-service migrates; whoever else starts earlier waits, because a
 * new worker on an old schema would fail at every statement.
 */
@ApplicationScoped
public class Schema {

  private static final Logger LOG = Logger.getLogger(Schema.class);

  /** The newest migration that this code relies on. */
  static final int NEEDED = 11;

  private final Database database;
  private volatile boolean there;
  private volatile boolean said;
  private volatile @Nullable String complaint;

  public Schema(Database database) {
    this.database = database;
  }

  /** True once the schema is new enough; says once in the log that it is not. */
  public boolean isThere() {
    if (!there) {
      there = look();
      if (there) {
        ServerLog.warn(database);
      }
      if (!there && !said) {
        said = true;
        LOG.infof("Waiting for schema version %d", NEEDED);
      }
    }
    return there;
  }

  /** True once the schema was found; asks nobody. */
  public boolean wasThere() {
    return there;
  }

  /** A wrong password or certificate would otherwise look like a service that waits for ever. */
  private void complain(SqlFailure away) {
    String why = away.getCause() == null ? away.getMessage() : away.getCause().getMessage();
    if (!Objects.equals(why, complaint)) {
      complaint = why;
      LOG.warnf("PostgreSQL cannot be used (SQLSTATE %s): %s", away.sqlState(), why);
    }
  }

  private boolean look() {
    try {
      return database.transaction(
          tx ->
              tx.queryOne(
                          "SELECT to_regclass('flyway_schema_history') IS NOT NULL",
                          row -> row.getBoolean(1))
                      .orElseThrow()
                  && tx.queryOne(
                          """
                          SELECT coalesce(max(version::numeric), 0) >= ? FROM flyway_schema_history
                           WHERE success AND version IS NOT NULL
                          """,
                          row -> row.getBoolean(1),
                          NEEDED)
                      .orElseThrow());
    } catch (SqlFailure away) {
      complain(away);
      return false;
    }
  }
}
