package io.rowledger.core.row;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row as its source delivered it, before any mapping.
 *
 * @param rowNumber where it stands: physical line for CSV (the header is line 1), 1-based index for
 *     JSON
 * @param cells text by column index; null or missing at the end means absent. A cell that holds a
 *     JSON object or array (JSON sources) carries it as JSON text
 * @param malformed why the source could not read the row as a row (ragged, not an object), or null;
 *     such a row fails with {@link RowCode#MALFORMED_ROW} and this message
 */
public record RawRow(int rowNumber, List<@Nullable String> cells, @Nullable String malformed) {

  /** A row that could be read. */
  public static RawRow of(int rowNumber, List<@Nullable String> cells) {
    return new RawRow(rowNumber, cells, null);
  }

  /** The cell of a column, null when absent. */
  public @Nullable String cell(int column) {
    return column < cells.size() ? cells.get(column) : null;
  }
}
