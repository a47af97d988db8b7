package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.DecimalSyntax;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exact sum of one column over all files, read as the mapping reads the field of that column. A
 * blank cell is zero.
 */
final class ControlSum {

  private final String column;
  private String fileName = "";
  private int index = -1;
  private DecimalSyntax syntax = DecimalSyntax.PLAIN;
  private boolean found;
  private BigDecimal sum = BigDecimal.ZERO;
  private @Nullable String unreadable;

  ControlSum(String column) {
    this.column = column;
  }

  /**
   * Continues with these columns.
   *
   * @throws ProblemException MISSING_COLUMNS when a table has no such column
   */
  void bind(String file, BoundMapping bound) {
    fileName = file;
    index = bound.column(column);
    syntax = bound.decimals(column);
    found |= index >= 0;
    if (index < 0 && bound.format() == CellFormat.TEXT) {
      throw missing("The file %s has no column".formatted(file), bound.closest(column));
    }
  }

  void add(RawRow row) {
    if (row.malformed() != null) {
      refuse(row, "the row cannot be read");
      return;
    }
    String cell = index < 0 ? null : row.cell(index);
    if (cell == null || cell.isBlank()) {
      return;
    }
    BigDecimal number = syntax.parse(cell.strip());
    if (number == null) {
      refuse(row, "the cell is not a decimal number");
    } else {
      sum = sum.add(number);
    }
  }

  /**
   * What was summed up.
   *
   * @throws ProblemException MISSING_COLUMNS when no object of any JSON file has the key
   */
  BigDecimal sum() {
    if (!found) {
      throw missing("No row has a column", null);
    }
    return sum;
  }

  /** Where the first cell stands that is not a number; null when all are. */
  @Nullable String unreadable() {
    return unreadable;
  }

  private void refuse(RawRow row, String why) {
    if (unreadable == null) {
      unreadable = "in row %d of %s %s".formatted(row.rowNumber(), fileName, why);
    }
  }

  private ProblemException missing(String where, @Nullable String closest) {
    String like = closest == null ? "" : " The closest header is \"" + closest + "\".";
    String message = "%s \"%s\", which sumColumn names.%s".formatted(where, column, like);
    return new ProblemException(
        Problem.MISSING_COLUMNS, message, List.of(new Detail("sumColumn", message)));
  }
}
