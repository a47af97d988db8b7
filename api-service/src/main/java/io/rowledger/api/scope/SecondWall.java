package io.rowledger.api.scope;

import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.sql.RowSecurity;
import io.rowledger.core.sql.SqlFailure;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Looks at start whether the database keeps organisations apart. A role that row level security
 * shows nothing, and that cannot become the one that sees all, would find no key and send no event;
 * that looks like wrong keys, so it is refused.
 */
@Singleton
class SecondWall {

  private static final Logger LOG = Logger.getLogger(SecondWall.class);

  private final RowSecurity security;

  SecondWall(RowSecurity security) {
    this.security = security;
  }

  /** Before anything else looks into the tables. */
  void look(@Observes @Priority(1) StartupEvent event) {
    try {
      check(security.state());
    } catch (SqlFailure away) {
      LOG.warnf("PostgreSQL cannot be asked for its roles (%s)", away.sqlState());
    }
  }

  static void check(RowSecurity.State state) {
    if (state.applies() && !state.mayLeave()) {
      throw new IllegalStateException(
          "PostgreSQL shows the role %s no organisation's rows and does not let it become rowledger_system. Run deploy/postgresql/roles.sql, or log in as rowledger_api."
              .formatted(state.role()));
    }
    if (!state.applies()) {
      LOG.warnf(
          "The database does not keep organisations apart for the role %s: it owns the tables or is exempt from row level security. See docs/database-roles.md",
          state.role());
    }
  }
}
