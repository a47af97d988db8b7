package io.rowledger.core.sql;

import io.rowledger.core.tenant.OrgId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One open transaction. Only repositories, targets and the outbox look inside; everybody else hands
 * it on, which is what makes "in the same transaction" visible in a signature.
 */
public final class Tx {

  /** Reads one row of a result. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Does something with the raw connection, such as COPY. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /**
   * What PostgreSQL has to know before the first statement: for whom this transaction is. It goes
   * with that statement in one round trip; one of its own would halve the rate of short reads.
   *
   * @param prepared ends with {@code ;}, has one parameter or none
   * @param literal the same without a parameter; for an organisation it is no query, so that {@link
   *     Tx#snapshot} may follow
   */
  record Opening(String prepared, @Nullable String parameter, String literal) {

    static final Opening NONE = new Opening("", null, "");

    static final Opening ACROSS_ORGANIZATIONS =
        new Opening(Database.BECOME_SYSTEM + "; ", null, Database.BECOME_SYSTEM + "; ");

    boolean saysNothing() {
      return prepared.isEmpty();
    }

    /**
     * For one query by keys, which is planned once: PostgreSQL takes what it knows of an array for
     * a reason to plan anew each time, and that takes three times as long as finding the rows.
     * Without a literal: nothing but the query may follow.
     */
    static Opening ofOneQuery(OrgId organization) {
      return new Opening(
          "SELECT set_config('"
              + Database.ORGANIZATION
              + "', ?, true), set_config('plan_cache_mode', 'force_generic_plan', true); ",
          organization.value().toString(),
          "");
    }

    static Opening of(OrgId organization) {
      String id = organization.value().toString();
      return new Opening(
          "SELECT set_config('" + Database.ORGANIZATION + "', ?, true); ",
          id,
          "SET LOCAL " + Database.ORGANIZATION + " = '" + id + "'; ");
    }
  }

  private final Connection connection;
  private final boolean oneQuery;
  private Opening opening;
  private boolean used;

  Tx(Connection connection, Opening opening) {
    this(connection, opening, false);
  }

  private Tx(Connection connection, Opening opening, boolean oneQuery) {
    this.connection = connection;
    this.opening = opening;
    this.oneQuery = oneQuery;
  }

  /**
   * For a connection that commits by itself. Opening and query go to PostgreSQL together, and so
   * are one transaction; for anything behind them the opening would be forgotten.
   */
  static Tx ofOneQuery(Connection connection, OrgId organization) {
    return new Tx(connection, Opening.ofOneQuery(organization), true);
  }

  private void use(boolean asQuery) {
    if (oneQuery && (used || !asQuery)) {
      throw new IllegalStateException("one query was announced, and nothing else");
    }
    used = true;
  }

  /** Runs one statement; returns the number of rows it touched. */
  public int update(String sql, @Nullable Object... parameters) {
    try (PreparedStatement statement = executed(sql, parameters)) {
      return statement.getUpdateCount();
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... parameters) {
    try (PreparedStatement statement = executed(sql, parameters);
        ResultSet rows = statement.getResultSet()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(reader.read(rows));
      }
      return found;
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  public <T> Optional<T> queryOne(String sql, RowReader<T> reader, @Nullable Object... parameters) {
    List<T> found = query(sql, reader, parameters);
    if (found.size() > 1) {
      throw new IllegalStateException("one row was expected");
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /** Reads a large result row by row, in pages, so that memory stays flat. */
  public <T> void stream(
      String sql, RowReader<T> reader, java.util.function.Consumer<T> sink, @Nullable Object... p) {
    use(false);
    // Pages are read of one statement alone.
    open();
    try (PreparedStatement statement = prepare(Opening.NONE, sql, p)) {
      statement.setFetchSize(500);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          sink.accept(reader.read(rows));
        }
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /** Several commands without parameters in one round trip, such as {@code SET LOCAL}. */
  public void execute(String commands) {
    use(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(opened().literal() + commands);
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /**
   * Has PostgreSQL end this transaction when its process says nothing for so long inside it. A
   * process that freezes before its COMMIT would keep the rows it touched for ever.
   */
  public void endWhenSilentFor(Duration limit) {
    execute("SET LOCAL idle_in_transaction_session_timeout = " + limit.toMillis());
  }

  /** Makes this transaction read one moment only. Must come before its first query. */
  public void snapshot() {
    execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

  public <T> T withConnection(Work<T> work) {
    use(false);
    // Also before a savepoint: going back to one would take back what was said after it.
    open();
    try {
      return work.run(connection);
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /**
   * Runs {@code work} behind a savepoint: when it fails, what it did is undone and the failure is
   * thrown on, but the transaction goes on.
   */
  public void behindSavepoint(Runnable work) {
    withConnection(
        c -> {
          Savepoint savepoint = c.setSavepoint();
          try {
            work.run();
          } catch (RuntimeException e) {
            c.rollback(savepoint);
            throw e;
          }
          c.releaseSavepoint(savepoint);
          return null;
        });
  }

  /**
   * Runs {@code work} behind a savepoint and undoes it when it says that it should not stand, or
   * fails.
   */
  public void keepIf(java.util.function.BooleanSupplier work) {
    withConnection(
        c -> {
          Savepoint savepoint = c.setSavepoint();
          boolean keep;
          try {
            keep = work.getAsBoolean();
          } catch (RuntimeException e) {
            // Whoever catches it must not commit half of the work.
            c.rollback(savepoint);
            throw e;
          }
          if (keep) {
            c.releaseSavepoint(savepoint);
          } else {
            c.rollback(savepoint);
          }
          return null;
        });
  }

  /** The opening, once. */
  private Opening opened() {
    Opening first = opening;
    opening = Opening.NONE;
    return first;
  }

  private void open() {
    if (!opening.saysNothing()) {
      execute("");
    }
  }

  /** Runs a statement; its result is the current one. */
  private PreparedStatement executed(String sql, @Nullable Object[] parameters)
      throws SQLException {
    use(true);
    Opening first = opened();
    PreparedStatement statement = prepare(first, sql, parameters);
    try {
      statement.execute();
      if (!first.saysNothing()) {
        statement.getMoreResults();
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private PreparedStatement prepare(Opening first, String sql, @Nullable Object[] parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(first.prepared() + sql);
    try {
      int index = 1;
      if (first.parameter() != null) {
        statement.setString(index++, first.parameter());
      }
      for (Object parameter : parameters) {
        bind(statement, index++, parameter);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private void bind(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    if (value instanceof Instant instant) {
      statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
    } else if (value instanceof String[] texts) {
      statement.setArray(index, connection.createArrayOf("text", texts));
    } else if (value instanceof Integer[] integers) {
      statement.setArray(index, connection.createArrayOf("int4", integers));
    } else if (value instanceof Long[] longs) {
      statement.setArray(index, connection.createArrayOf("int8", longs));
    } else if (value instanceof java.util.UUID[] uuids) {
      statement.setArray(index, connection.createArrayOf("uuid", uuids));
    } else {
      statement.setObject(index, value);
    }
  }

  /** Reads a nullable {@code timestamptz}. */
  public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    java.time.OffsetDateTime value = row.getObject(column, java.time.OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
