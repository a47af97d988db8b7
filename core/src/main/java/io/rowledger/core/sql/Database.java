package io.rowledger.core.sql;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;

/** Where transactions begin. */
@ApplicationScoped
public class Database {

  private final DataSource dataSource;

  public Database(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Runs one transaction on a pooled connection. Rolls back when {@code work} throws.
   *
   * @throws SqlFailure when a statement fails or the database cannot be reached
   * @throws CommitUnknown when the connection broke inside COMMIT
   */
  public <T> T transaction(Function<Tx, T> work) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        return Session.run(connection, work);
      } finally {
        restore(connection);
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  public void run(Consumer<Tx> work) {
    transaction(
        tx -> {
          work.accept(tx);
          return true;
        });
  }

  /** A connection of one's own, see {@link Session}. */
  public Session openSession() {
    return Session.open(dataSource);
  }

  private static void restore(Connection connection) {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException broken) {
      // The pool throws away what it cannot reset.
    }
  }
}
