package io.rowledger.worker.run;

import io.rowledger.core.row.RowRef;

/**
 * Reading a row failed in a way that no row should be able to: a bug of ours, or more nesting than
 * the stack bears. Names the row; the cause may not be logged with its message, which may quote it.
 */
final class PoisonRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient RowRef row;

  PoisonRowException(RowRef row, Throwable cause) {
    super("row " + row.rowNumber() + " of file " + row.fileNumber(), cause);
    this.row = row;
  }

  RowRef row() {
    return row;
  }
}
