package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables, read past the services: what is really there. */
final class Table {
  private final String jdbcUrl;

  Table(String jdbcUrl) {
    this.jdbcUrl = jdbcUrl;
  }

  /** One value of one row. */
  interface Column<T> {
    T of(ResultSet row) throws SQLException;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl);
  }

  long count(String sql, Object... parameters) {
    return one(sql, row -> row.getLong(1), parameters).orElseThrow();
  }

  <T> Optional<T> one(String sql, Column<T> column, Object... parameters) {
    List<T> all = all(sql, column, parameters);
    assertThat(all).hasSizeLessThan(2);
    return all.isEmpty() ? Optional.empty() : Optional.ofNullable(all.get(0));
  }

  <T> List<T> all(String sql, Column<T> column, Object... parameters) {
    try (Connection connection = connect();
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
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The process id of the worker that holds the job; empty when nobody does. */
  Optional<Long> holder(String jobId) {
    // Owners are called worker-<pid>-<random>.
    return one(
        "SELECT split_part(lease_owner, '-', 2)::bigint FROM import_job"
            + " WHERE id = ? AND lease_owner IS NOT NULL",
        row -> row.getLong(1),
        UUID.fromString(jobId));
  }

  /**
   * Every row of the file is a record, or a failure, or a skip, and only one of them.
   *
   * @param records {@code transactions} or {@code entities}
   */
  void assertEachRowOnce(String records, String jobId, int succeeded, int failed, int skipped) {
    UUID job = UUID.fromString(jobId);
    String rows =
        "SELECT file_number, row_number, 'succeeded' AS outcome FROM "
            + records
            + " WHERE job_id = ? UNION ALL"
            + " SELECT file_number, row_number, outcome FROM import_row_result WHERE job_id = ?";
    assertThat(
            one(
                "SELECT count(*), count(DISTINCT (file_number, row_number)),"
                    + " count(*) FILTER (WHERE outcome = 'succeeded'),"
                    + " count(*) FILTER (WHERE outcome = 'failed'),"
                    + " count(*) FILTER (WHERE outcome = 'skipped') FROM ("
                    + rows
                    + ") AS r",
                row ->
                    List.of(
                        row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5)),
                job,
                job))
        .as("rows, distinct rows, succeeded, failed, skipped")
        .contains(
            List.of(
                succeeded + failed + skipped,
                succeeded + failed + skipped,
                succeeded,
                failed,
                skipped));
  }
}
