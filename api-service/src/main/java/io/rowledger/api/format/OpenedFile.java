package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file that is being read: counts what its reader delivers and keeps the first rows. */
final class OpenedFile implements RowSource {

  private static final int SAMPLES = 3;
  private static final int SAMPLE_CHARACTERS = 200;

  private final RowReader reader;
  private final Interpretation asOpened;
  private final List<List<@Nullable String>> samples = new ArrayList<>(SAMPLES);
  private @Nullable RawRow first;
  private int rows;

  private OpenedFile(RowReader reader, Interpretation asOpened, @Nullable RawRow first) {
    this.reader = reader;
    this.asOpened = asOpened;
    this.first = first;
  }

  /**
   * Reads the first row, so that a file without rows is refused at once. Closes the reader when it
   * refuses.
   *
   * @param withoutRows what to say to a file that has none
   */
  static OpenedFile of(RowReader reader, Interpretation asOpened, String withoutRows) {
    try {
      RawRow first = reader.read();
      if (first == null) {
        throw new ProblemException(Problem.EMPTY_FILE, withoutRows);
      }
      return new OpenedFile(reader, asOpened, first);
    } catch (RuntimeException refused) {
      reader.close();
      throw refused;
    }
  }

  @Override
  public List<String> columns() {
    return reader.columns();
  }

  @Override
  public CellFormat cellFormat() {
    return asOpened.format().endsWith("json") ? CellFormat.JSON : CellFormat.TEXT;
  }

  @Override
  public @Nullable RawRow next() {
    RawRow row = first;
    if (row != null) {
      first = null;
    } else {
      row = reader.read();
    }
    if (row != null) {
      rows++;
      sample(row);
    }
    return row;
  }

  @Override
  public Interpretation interpretation() {
    return asOpened.soFar(rows, reader.columns(), reader.warnings());
  }

  @Override
  public List<List<@Nullable String>> sampleRows() {
    return List.copyOf(samples);
  }

  @Override
  public void close() {
    reader.close();
  }

  private void sample(RawRow row) {
    if (samples.size() < SAMPLES && row.malformed() == null) {
      List<@Nullable String> cells = new ArrayList<>();
      for (String cell : row.cells()) {
        cells.add(cut(cell));
      }
      samples.add(Collections.unmodifiableList(cells));
    }
  }

  private static @Nullable String cut(@Nullable String cell) {
    if (cell == null || cell.length() <= SAMPLE_CHARACTERS) {
      return cell;
    }
    boolean splitsPair = Character.isHighSurrogate(cell.charAt(SAMPLE_CHARACTERS - 1));
    return cell.substring(0, splitsPair ? SAMPLE_CHARACTERS - 1 : SAMPLE_CHARACTERS);
  }
}
