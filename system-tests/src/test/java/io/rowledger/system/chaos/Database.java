package io.rowledger.system.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The tables, read past the services and the proxy. */
final class Database {
  private final Installation installation;

  Database(Installation installation) {
    this.installation = installation;
  }

  /** One value of one row. */
  interface Column<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** Every row; to be asked only while PostgreSQL is there. */
  <T> List<T> all(String sql, Column<T> column, Object... parameters) {
    try {
      return read(sql, column, parameters);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long count(String sql, Object... parameters) {
    return all(sql, row -> row.getLong(1), parameters).get(0);
  }

  /** Every row, at a time when PostgreSQL may be away. */
  <T> List<T> read(String sql, Column<T> column, Object... parameters) throws SQLException {
    try (Connection connection = installation.connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(column.of(result));
        }
      }
      return rows;
    }
  }
}
