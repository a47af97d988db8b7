package io.rowledger.api.format;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.RawRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a CSV file. */
final class CsvRows implements RowReader {

  /**
   * The parser's buffer bounds one cell as it is written. Twice the row's limit, because a quote
   * inside a cell is written as two, and some for reading ahead.
   */
  private static final int MAX_CELL_SOURCE = 2 * RowSource.MAX_ROW_BYTES + 32 * 1024;

  private final TextFile text;
  private final CountingReader reader;
  private final CsvRowHandler handler;
  private final CsvReader<RawRow> csv;
  private final Iterator<RawRow> records;
  private final List<String> warnings;
  private final List<String> columns;
  private final int headerLine;

  private CsvRows(TextFile text, CsvDialect dialect, CountingReader reader) {
    this.text = text;
    this.reader = reader;
    this.handler = new CsvRowHandler(reader);
    this.csv =
        CsvReader.builder()
            .fieldSeparator(dialect.delimiter())
            .quoteCharacter(CsvDialect.QUOTE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .maxBufferSize(MAX_CELL_SOURCE)
            .build(handler, reader);
    this.records = csv.iterator();
    if (dialect.skipsHintLine()) {
      csv.skipLines(1);
    }
    RawRow header = read();
    if (header == null) {
      throw new ProblemException(
          Problem.EMPTY_FILE, "The file is empty. It needs a header and at least one row.");
    }
    this.headerLine = header.rowNumber();
    this.columns = HeaderRow.columns(header, "line " + headerLine);
    this.warnings = HeaderRow.warnings(columns);
    handler.expectColumns(columns.size());
  }

  /** Reads the header and the first row, so that a file without rows is refused at once. */
  static RowSource open(TextFile text, CsvDialect dialect) throws IOException {
    CountingReader reader = new CountingReader(text.open());
    CsvRows rows;
    try {
      rows = new CsvRows(text, dialect, reader);
    } catch (RuntimeException refused) {
      reader.close();
      throw refused;
    }
    return OpenedFile.of(
        rows,
        text.opened("csv").asCsv(dialect.delimiter(), rows.headerLine),
        "The file has a header but no row. Add at least one row.");
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() {
    try {
      csv.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public @Nullable RawRow read() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException failed) {
      throw refusal(failed);
    } catch (UncheckedIOException failed) {
      if (failed.getCause() instanceof CharacterCodingException) {
        throw undecodable(text.encoding(), handler.line());
      }
      throw failed;
    }
  }

  static ProblemException undecodable(Encoding encoding, long line) {
    return new ProblemException(
        Problem.UNREADABLE_FILE,
        ("The file cannot be decoded as %s at or soon after line %d. Save it as UTF-8, or send its"
                + " encoding as charset.")
            .formatted(encoding.charset().name(), line));
  }

  private RuntimeException refusal(CsvParseException failed) {
    if (failed.getCause() instanceof ProblemException problem) {
      return problem;
    }
    if (failed.getCause() != null) {
      return failed;
    }
    if (handler.readTooMuch()) {
      return RowSize.tooLarge(handler.line());
    }
    String what =
        reader.atEnd()
            ? "a quote is opened and never closed"
            : "after a closing quote comes neither the delimiter nor the end of the line";
    return new ProblemException(
        Problem.UNREADABLE_FILE,
        ("The quoting is broken in the row that starts at line %d: %s. A quote inside a quoted cell"
                + " is written twice.")
            .formatted(handler.line(), what));
  }
}
