package io.rowledger.worker.testing;

import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The administrator's view of the database under test: what api-service writes, a worker may not.
 */
public final class Everything {

  private Everything() {}

  public static Database database() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(RowledgerStack.postgres().jdbcUrl(RowledgerStack.database()));
    source.setUser(RowledgerStack.postgres().username());
    source.setPassword(RowledgerStack.postgres().password());
    return new Database(source);
  }
}
