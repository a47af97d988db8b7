package io.rowledger.core.row;

/** Turns raw rows into records: mapping and validation, without the database. Pure. */
@FunctionalInterface
public interface RowParser<R> {

  /** Never throws for what a row holds: whatever is wrong with it is a {@link Checked.Refused}. */
  Checked<R> parse(RawRow row);
}
