package io.rowledger.api.format;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one uploaded file, in order. For one thread; close it. */
public interface RowSource extends AutoCloseable {

  /** Most columns a file may have. */
  int MAX_COLUMNS = 2_000;

  /** Largest row, in bytes of UTF-8. */
  int MAX_ROW_BYTES = 256 * 1024;

  /**
   * The file's columns. CSV, workbooks: the header, as written but for white space around a name; a
   * column without a name is the empty string. JSON: top-level keys in order of first appearance,
   * so this live view grows while rows are read; an index never changes its meaning.
   */
  List<String> columns();

  /** How the cells are to be read. */
  CellFormat cellFormat();

  /**
   * The next row, null at the end. A row that cannot be read as a row is returned with {@link
   * RawRow#malformed()} set, and the file goes on.
   *
   * @throws io.rowledger.api.problem.ProblemException when the file cannot be read any further:
   *     UNREADABLE_FILE, ROW_TOO_LARGE or VALIDATION_ERROR (too many columns)
   * @throws java.io.UncheckedIOException when our own disk fails
   */
  @Nullable RawRow next();

  /**
   * How the file is read. Rows, and for JSON columns and warnings, count what was read so far;
   * everything else is known from the start.
   */
  Interpretation interpretation();

  /**
   * The first rows that could be read, at most three, cells cut to 200 characters. Apart from the
   * interpretation because they hold personal data and must not be stored with the job.
   */
  List<List<@Nullable String>> sampleRows();

  @Override
  void close();
}
