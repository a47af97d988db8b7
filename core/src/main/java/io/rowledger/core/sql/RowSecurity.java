package io.rowledger.core.sql;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * What row level security means for the role that this process logs in with. A role that sees too
 * little looks like an idle system, so each service asks when it starts.
 */
@ApplicationScoped
public class RowSecurity {

  /**
   * How it is.
   *
   * @param role who we are
   * @param applies policies decide which rows we see
   * @param mayLeave we can become the role that sees all organisations
   */
  public record State(String role, boolean applies, boolean mayLeave) {}

  private final Database database;

  public RowSecurity(Database database) {
    this.database = database;
  }

  /** Asks. The schema has to be there. */
  public State state() {
    return database.transaction(
        tx ->
            tx.queryOne(
                    """
                    SELECT current_user, row_security_active('import_job'),
                           EXISTS (SELECT 1 FROM pg_roles
                                    WHERE rolname = 'rowledger_system' AND pg_has_role(oid, 'SET'))
                    """,
                    row -> new State(row.getString(1), row.getBoolean(2), row.getBoolean(3)))
                .orElseThrow());
  }
}
