package io.rowledger.core.row;

import org.jspecify.annotations.Nullable;

/** What validation says of one row: a record that may be written, or the problem that stops it. */
public sealed interface Checked<R> {

  /** The record is good, as far as one can tell without the database. */
  record Valid<R>(R record) implements Checked<R> {}

  /**
   * The row is refused.
   *
   * @param rowKey external id or tax id, as far as the row had one
   * @param entityType entities only: the row's type as far as it had one
   */
  record Refused<R>(@Nullable String rowKey, @Nullable String entityType, RowProblem problem)
      implements Checked<R> {}
}
