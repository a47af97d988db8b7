package io.rowledger.api.format;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.RawRow;
import java.util.Arrays;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** Builds rows from the parser's cells and keeps an eye on their size while they grow. */
final class CsvRowHandler extends CsvCallbackHandler<RawRow> {

  private final CountingReader reader;
  private String[] cells = new String[16];
  private int count;
  private int characters;
  private boolean blank = true;
  private long line;
  private long readBefore;
  private int columns = -1;

  CsvRowHandler(CountingReader reader) {
    this.reader = reader;
  }

  /** From here on a row with another number of cells is malformed. */
  void expectColumns(int expected) {
    columns = expected;
  }

  /** Physical line where the current record starts. */
  long line() {
    return line;
  }

  /**
   * True when more characters than a row may have were read since the record began, give or take
   * the parser's read-ahead.
   */
  boolean readTooMuch() {
    return reader.characters() - readBefore > RowSource.MAX_ROW_BYTES;
  }

  @Override
  protected void beginRecord(long startingLineNumber) {
    line = startingLineNumber;
    readBefore = reader.characters();
    count = 0;
    characters = 0;
    blank = true;
  }

  @Override
  protected void addField(char[] buf, int offset, int len, boolean quoted) {
    characters += len;
    if (characters + count >= RowSource.MAX_ROW_BYTES) {
      throw RowSize.tooLarge(line);
    }
    if (count == cells.length) {
      cells = Arrays.copyOf(cells, count * 2);
    }
    String cell = len == 0 ? "" : new String(buf, offset, len);
    blank &= count == 0 && !quoted && cell.isBlank();
    cells[count++] = cell;
  }

  @Override
  protected @Nullable RawRow buildRecord() {
    // A line of nothing but white space is no row. The parser only knows lines of length zero.
    if (blank) {
      return null;
    }
    String[] row = Arrays.copyOf(cells, count);
    // Only a row that could be too large in UTF-8 is worth measuring.
    if (characters * 3L + count > RowSource.MAX_ROW_BYTES
        && RowSize.bytes(row) > RowSource.MAX_ROW_BYTES) {
      throw RowSize.tooLarge(line);
    }
    if (line > Integer.MAX_VALUE) {
      throw new ProblemException(
          Problem.UNREADABLE_FILE, "The file has more than 2 147 483 647 lines. Split it.");
    }
    return new RawRow(
        (int) line, Collections.unmodifiableList(Arrays.asList(row)), malformed(row.length));
  }

  private @Nullable String malformed(int size) {
    if (columns < 0 || size == columns) {
      return null;
    }
    return "The row has %d %s, the header has %d."
        .formatted(size, size == 1 ? "cell" : "cells", columns);
  }

  @Override
  protected RecordType getRecordType() {
    return RecordType.DATA;
  }

  @Override
  protected int getFieldCount() {
    return count;
  }

  @Override
  protected void setComment(char[] buf, int offset, int len) {
    throw new IllegalStateException("the parser is set up without comments");
  }

  @Override
  protected void setEmpty() {
    blank = true;
  }
}
