package io.rowledger.core.sql;

import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * The schema this code needs. api-service migrates; whoever else starts earlier waits, because a
 * new worker on an old schema would fail at every statement.
 */
@ApplicationScoped
public class Schema {

  private static final Logger LOG = Logger.getLogger(Schema.class);

  /** The newest migration that this code relies on. */
  static final int NEEDED = 10;

  private final Database database;
  private volatile boolean there;
  private volatile boolean said;

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
      return false;
    }
  }
}
