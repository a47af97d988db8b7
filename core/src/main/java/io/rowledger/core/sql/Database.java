package io.rowledger.core.sql;

import io.rowledger.core.sql.Tx.Opening;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Where transactions begin, and where is said whose data they are about.
 *
 * <p>The API's role sees the rows of one organisation, the one that {@link #transaction(OrgId,
 * Function)} names, and none without. What the service does by itself, for all organisations, takes
 * {@link #acrossOrganizations}. For a worker, whose role sees everything, the three are one.
 */
@ApplicationScoped
public class Database {

  /** What the policies of row level security compare with. */
  public static final String ORGANIZATION = "rowledger.organization";

  /**
   * Becomes, until the end of the transaction, the role that may look at all organisations. Does
   * nothing for a role that cannot become it: the worker's, which need not, or the only one there
   * is.
   */
  public static final String BECOME_SYSTEM =
      "SELECT set_config('role', rolname, true) FROM pg_roles"
          + " WHERE rolname = 'rowledger_system' AND pg_has_role(oid, 'SET')";

  private final DataSource dataSource;

  public Database(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Runs one transaction on a pooled connection that says nothing about an organisation: for what
   * belongs to none, and for a role that sees all. Rolls back when {@code work} throws.
   *
   * @throws SqlFailure when a statement fails or the database cannot be reached
   * @throws CommitUnknown when the connection broke inside COMMIT
   */
  public <T> T transaction(Function<Tx, T> work) {
    return begin(Opening.NONE, work);
  }

  public void run(Consumer<Tx> work) {
    begin(Opening.NONE, returning(work));
  }

  /** The same about one organisation: rows of others are not there, and cannot be written. */
  public <T> T transaction(OrgId organization, Function<Tx, T> work) {
    return begin(Opening.of(organization), work);
  }

  public void run(OrgId organization, Consumer<Tx> work) {
    begin(Opening.of(organization), returning(work));
  }

  /**
   * One query by keys about one organisation, for what is asked again and again: it takes one round
   * trip to PostgreSQL, where a transaction takes another one for its COMMIT, and is planned once.
   *
   * @param work runs one query and nothing else, or an {@link IllegalStateException} is thrown
   * @throws SqlFailure when it fails or the database cannot be reached
   */
  public <T> T query(OrgId organization, Function<Tx, T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.apply(Tx.ofOneQuery(connection, organization));
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /**
   * A transaction about all organisations, for what no caller asked for: relays, dispatchers,
   * sweeps, and finding out who a caller is. Never for a request whose organisation is known.
   */
  public <T> T acrossOrganizations(Function<Tx, T> work) {
    return begin(Opening.ACROSS_ORGANIZATIONS, work);
  }

  public void runAcrossOrganizations(Consumer<Tx> work) {
    begin(Opening.ACROSS_ORGANIZATIONS, returning(work));
  }

  /** A connection of one's own, see {@link Session}. */
  public Session openSession() {
    return Session.open(dataSource);
  }

  private static Function<Tx, Boolean> returning(Consumer<Tx> work) {
    return tx -> {
      work.accept(tx);
      return true;
    };
  }

  private <T> T begin(Opening opening, Function<Tx, T> work) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        return Session.run(connection, opening, work);
      } finally {
        restore(connection);
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  private static void restore(Connection connection) {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException broken) {
      // The pool throws away what it cannot reset.
    }
  }
}
