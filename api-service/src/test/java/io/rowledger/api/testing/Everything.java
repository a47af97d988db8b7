package io.rowledger.api.testing;

import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The administrator's view of the database under test. The service's own sees the rows of one
 * organisation, and may write few of them: tests that set a scene need more.
 */
public final class Everything {

  private Everything() {}

  public static Database database() {
    return as(RowledgerStack.postgres().username());
  }

  /** What a role sees; a new connection for each transaction. */
  public static Database as(String role) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(RowledgerStack.postgres().jdbcUrl(RowledgerStack.database()));
    source.setUser(role);
    source.setPassword(role);
    return new Database(source);
  }
}
