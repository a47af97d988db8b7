package io.rowledger.core.row;

/** How the cells of a source are to be read. */
public enum CellFormat {
  /** CSV and worksheets: what stands in a free-form cell stays text, whatever it looks like. */
  TEXT,
  /**
   * JSON and NDJSON: a cell may hold an object or array as JSON text, a path {@code a.b} also means
   * key {@code b} of column {@code a}, and numbers may have an exponent.
   */
  JSON
}
