package io.rowledger.api.failures;

import org.jspecify.annotations.Nullable;

/** Cells for a program that takes some of them for formulas and runs them. */
final class ExcelCell {

  private static final String BEGINS_A_FORMULA = "=+-@\t\r";

  private ExcelCell() {}

  /** With an apostrophe in front, which makes text of whatever follows. */
  static @Nullable String harmless(@Nullable String cell) {
    boolean formula =
        cell != null && !cell.isEmpty() && BEGINS_A_FORMULA.indexOf(cell.charAt(0)) >= 0;
    return formula ? "'" + cell : cell;
  }
}
