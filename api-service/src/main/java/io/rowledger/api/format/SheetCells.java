package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The rows and cells of one sheet as they are written: walks through its XML, row by row and cell
 * by cell, and holds no more than one cell.
 */
final class SheetCells implements AutoCloseable {

  /** A spreadsheet has no column beyond XFD. */
  private static final int MAX_COLUMNS = 16_384;

  private final WorkbookXml xml;
  private final StringBuilder text = new StringBuilder();
  private boolean inData;
  private int row;
  private int column;
  private @Nullable String type;
  private int style;
  private boolean hasValue;
  private boolean formula;

  SheetCells(WorkbookXml xml) {
    this.xml = xml;
  }

  /** Moves to the next row; false at the end, when all of the part was read. */
  boolean nextRow() {
    while (xml.next()) {
      if (xml.starts("sheetData")) {
        inData = true;
      } else if (xml.ends("sheetData")) {
        inData = false;
      } else if (inData && xml.starts("row")) {
        int number = place(xml.attribute("r"), row + 1);
        // Two rows must never have one number: it is how an outcome is found again.
        if (number <= row) {
          throw disorder();
        }
        row = number;
        column = -1;
        return true;
      }
    }
    return false;
  }

  /** Moves to the next cell of the row; false at its end. */
  boolean nextCell() {
    while (xml.next() && !xml.ends("row")) {
      if (xml.starts("c")) {
        readCell();
        return true;
      }
    }
    return false;
  }

  private void readCell() {
    int next = column(xml.attribute("r"));
    if (next <= column || next >= MAX_COLUMNS) {
      throw disorder();
    }
    column = next;
    type = xml.attribute("t");
    style = Math.max(0, NumberFormats.number(xml.attribute("s")));
    hasValue = false;
    formula = false;
    text.setLength(0);
    boolean all = true;
    while (xml.next() && !xml.ends("c")) {
      if (xml.starts("v")) {
        hasValue = true;
        all = xml.text(text, RowSource.MAX_ROW_BYTES);
      } else if (xml.starts("is")) {
        hasValue = true;
        all = RichText.read(xml, "is", text);
      } else if (xml.atStart()) {
        formula |= xml.starts("f");
        xml.skip();
      }
    }
    if (!all) {
      throw RowSize.sheetRowTooLarge(row);
    }
  }

  /** Row of the sheet, from 1. */
  int row() {
    return row;
  }

  /** Column of the cell, from 0. */
  int column() {
    return column;
  }

  /** What kind of value the cell says to hold, null for a number. */
  @Nullable String type() {
    return type;
  }

  int style() {
    return style;
  }

  /** The cell's value as it is written; empty when there is none. */
  String value() {
    return text.toString();
  }

  /** True for a formula whose result was never stored. */
  boolean isUncalculated() {
    return formula && !hasValue;
  }

  @Override
  public void close() throws IOException {
    xml.close();
  }

  private static int place(@Nullable String written, int otherwise) {
    return written == null ? otherwise : NumberFormats.number(written);
  }

  // The letters of a reference such as AB12; without one, cells follow each other.
  private int column(@Nullable String reference) {
    if (reference == null) {
      return column + 1;
    }
    int number = 0;
    for (int i = 0; i < reference.length() && number <= MAX_COLUMNS; i++) {
      char c = reference.charAt(i);
      if (c < 'A' || c > 'Z') {
        break;
      }
      number = number * 26 + (c - 'A' + 1);
    }
    return number - 1;
  }

  private static ProblemException disorder() {
    return new ProblemException(
        Problem.UNREADABLE_FILE,
        "The rows or cells of the sheet are not in order. Save the workbook again in a spreadsheet"
            + " program.");
  }
}
