package io.rowledger.core.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * A connection that one owner keeps and uses for one transaction after the other. Its backend can
 * be named, so that whoever takes over the owner's work can end what the owner left open.
 */
public final class Session implements AutoCloseable {

  /**
   * A backend process of PostgreSQL. A pid alone is not enough: pids are used again.
   *
   * @param startedAt as PostgreSQL prints it, compared as an instant
   */
  public record Backend(int pid, String startedAt) {}

  private final Connection connection;
  private final Backend backend;

  private Session(Connection connection, Backend backend) {
    this.connection = connection;
    this.backend = backend;
  }

  /** Opens a session. Fails with {@link SqlFailure} when the database cannot be reached. */
  public static Session open(DataSource dataSource) {
    try {
      Connection connection = dataSource.getConnection();
      try {
        connection.setAutoCommit(false);
        Session session = new Session(connection, new Backend(0, ""));
        Backend backend =
            session.transaction(
                tx ->
                    tx.queryOne(
                            """
                            SELECT pid, backend_start::text FROM pg_stat_activity
                             WHERE pid = pg_backend_pid()
                            """,
                            row -> new Backend(row.getInt(1), row.getString(2)))
                        .orElseThrow());
        return new Session(connection, backend);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  public Backend backend() {
    return backend;
  }

  /**
   * Runs one transaction. Rolls back when {@code work} throws.
   *
   * @throws CommitUnknown when the connection broke inside COMMIT
   */
  public <T> T transaction(Function<Tx, T> work) {
    return run(connection, Tx.Opening.NONE, work);
  }

  static <T> T run(Connection connection, Tx.Opening opening, Function<Tx, T> work) {
    T result;
    try {
      result = work.apply(new Tx(connection, opening));
      refuseSilentRollback(connection);
    } catch (RuntimeException | Error e) {
      rollback(connection, e);
      throw e;
    }
    try {
      connection.commit();
      return result;
    } catch (SQLException e) {
      rollback(connection, e);
      SqlFailure failure = new SqlFailure(e);
      // An error the server answered with is an answer; only silence leaves the outcome open.
      throw failure.isUnavailable() ? new CommitUnknown(e) : failure;
    }
  }

  /**
   * PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK and no error: whoever
   * caught the failure without a savepoint would believe in work that is gone.
   */
  private static void refuseSilentRollback(Connection connection) {
    try {
      if (connection.isWrapperFor(BaseConnection.class)
          && connection.unwrap(BaseConnection.class).getTransactionState()
              == TransactionState.FAILED) {
        throw new SqlFailure(new SQLException("a failed transaction cannot commit", "25P02"));
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  private static void rollback(Connection connection, Throwable because) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException broken) {
      // A broken connection is what close is for.
    } finally {
      try {
        connection.close();
      } catch (SQLException alreadyGone) {
        // Nothing is left to close.
      }
    }
  }
}
