package io.rowledger.api.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.sql.Tx;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Locale;

/**
 * One field of a record as callers see it, and the column it is read from.
 *
 * @param name in JSON
 */
record Column(String name, String column, Type type) {

  /** How a value is written. */
  enum Type {
    TEXT,
    INTEGER,
    BOOLEAN,
    /** A JSON number with every digit of the column: a double would change amounts. */
    DECIMAL,
    TIME,
    DATE,
    /** As PostgreSQL has it, for the same reason. */
    JSON
  }

  static Column text(String name) {
    return of(name, Type.TEXT);
  }

  static Column of(String name, Type type) {
    return new Column(name, snake(name), type);
  }

  Column from(String otherColumn) {
    return new Column(name, otherColumn, type);
  }

  void write(ResultSet row, ObjectNode json) throws SQLException {
    switch (type) {
      case TEXT -> json.put(name, row.getString(column));
      case INTEGER -> json.put(name, row.getObject(column, Integer.class));
      case BOOLEAN -> json.put(name, row.getObject(column, Boolean.class));
      case TIME -> json.put(name, JobJson.time(Tx.instant(row, column)));
      case DATE -> {
        LocalDate date = row.getObject(column, LocalDate.class);
        json.put(name, date == null ? null : date.toString());
      }
      case DECIMAL -> {
        BigDecimal number = row.getBigDecimal(column);
        if (number == null) {
          json.putNull(name);
        } else {
          json.putRawValue(name, new RawValue(number.toPlainString()));
        }
      }
      case JSON -> {
        String text = row.getString(column);
        if (text == null) {
          json.putNull(name);
        } else {
          json.putRawValue(name, new RawValue(text));
        }
      }
    }
  }

  private static String snake(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
