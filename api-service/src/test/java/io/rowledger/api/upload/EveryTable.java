package io.rowledger.api.upload;

import io.rowledger.testkit.RowledgerStack;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The whole database, past every repository. */
final class EveryTable {

  private EveryTable() {}

  /** Tables in which any column of any row holds a text, as it is or as bytes. */
  static List<String> with(String text) {
    return with(text, HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Tables in which any column of any row holds these bytes. */
  static List<String> with(byte[] bytes) {
    String hex = HexFormat.of().formatHex(bytes);
    return with(hex, hex);
  }

  private static List<String> with(String text, String hex) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      List<String> found = new ArrayList<>();
      for (String table : names(statement)) {
        String sql =
            "SELECT EXISTS (SELECT 1 FROM %1$s AS t WHERE strpos(t::text, '%2$s') > 0 OR strpos(t::text, '%3$s') > 0)"
                .formatted(table, text, hex);
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          if (row.getBoolean(1)) {
            found.add(table);
          }
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bytes of a table's file as they are on the disk, with whatever old versions it holds. */
  static byte[] file(String table) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT pg_read_binary_file(pg_relation_filepath('%s'))".formatted(table))) {
        row.next();
        return row.getBytes(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes a table anew, without old versions of its rows. */
  static void rewrite(String table) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("VACUUM FULL " + table);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> names(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            """
            SELECT quote_ident(table_name) FROM information_schema.tables
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
            """)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static Connection connect() throws SQLException {
    return RowledgerStack.postgres().connect(RowledgerStack.database());
  }
}
