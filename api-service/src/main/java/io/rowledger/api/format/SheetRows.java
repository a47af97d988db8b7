package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.RawRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a sheet. Its first row that is not blank is the header. */
final class SheetRows implements RowReader {

  private final WorkbookZip zip;
  private final SheetCells cells;
  private final SheetText text;
  private final List<String> columns;
  private final int headerRow;

  private SheetRows(WorkbookZip zip, SheetCells cells, SheetText text) {
    this.zip = zip;
    this.cells = cells;
    this.text = text;
    List<String> header = header();
    this.headerRow = cells.row();
    this.columns =
        HeaderRow.columns(RawRow.of(headerRow, new ArrayList<>(header)), "row " + headerRow);
  }

  /** Reads the header. Leaves the archive open when it refuses. */
  static SheetRows open(WorkbookZip zip, SheetCells cells, SheetText text) {
    return new SheetRows(zip, cells, text);
  }

  int headerRow() {
    return headerRow;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(HeaderRow.warnings(columns));
    warnings.addAll(text.warnings());
    return warnings;
  }

  private List<String> header() {
    List<String> header = new ArrayList<>();
    while (cells.nextRow()) {
      long size = 0;
      while (cells.nextCell()) {
        String cell = text.of(cells);
        size = measured(size, cell);
        if (!cell.isBlank()) {
          // Cells that are not there have no name; trailing ones are no columns.
          while (header.size() < cells.column()) {
            header.add("");
          }
          header.add(cell);
        }
      }
      if (!header.isEmpty()) {
        return header;
      }
    }
    throw new ProblemException(
        Problem.EMPTY_FILE, "The sheet is empty. It needs a header and at least one row.");
  }

  @Override
  public @Nullable RawRow read() {
    while (cells.nextRow()) {
      RawRow row = row();
      if (row != null) {
        return row;
      }
    }
    return null;
  }

  /** The current row; null when nothing stands in it. */
  private @Nullable RawRow row() {
    String[] row = new String[columns.size()];
    Arrays.fill(row, "");
    boolean blank = true;
    int beyond = -1;
    long size = row.length;
    while (cells.nextCell()) {
      String cell = text.of(cells);
      size = measured(size, cell);
      boolean empty = cell.isBlank();
      blank &= empty;
      if (cells.column() < row.length) {
        row[cells.column()] = cell;
      } else if (!empty) {
        beyond = cells.column();
      }
    }
    if (blank) {
      return null;
    }
    if (size * 3 > RowSource.MAX_ROW_BYTES && RowSize.bytes(row) > RowSource.MAX_ROW_BYTES) {
      throw RowSize.sheetRowTooLarge(cells.row());
    }
    String malformed =
        beyond < 0
            ? null
            : "The row has %d cells, the header has %d.".formatted(beyond + 1, row.length);
    return new RawRow(cells.row(), Collections.unmodifiableList(Arrays.asList(row)), malformed);
  }

  private long measured(long size, String cell) {
    long grown = size + cell.length();
    if (grown > RowSource.MAX_ROW_BYTES) {
      throw RowSize.sheetRowTooLarge(cells.row());
    }
    return grown;
  }

  @Override
  public void close() {
    try (zip) {
      cells.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
