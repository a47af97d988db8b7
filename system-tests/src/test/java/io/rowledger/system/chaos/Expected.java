package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Row.Fate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a job ends when nobody cancels it, computed from its rows alone.
 *
 * @param reached how many of its rows, from the first on, are tried; every row that fails before
 *     that is told of
 * @param kept rows are written, or would be
 */
record Expected(String status, @Nullable String failureCode, int reached, boolean kept) {

  static Expected of(Kind kind, Mode mode, List<Row> rows) {
    int firstFailure = indexOfFirstFailure(rows);
    boolean broken = rows.stream().anyMatch(row -> row.fate() == Fate.BROKEN_REFERENCE);
    boolean referencesFirst = kind == Kind.TRANSACTIONS && mode != Mode.CONTINUE && broken;
    if (mode == Mode.CONTINUE || firstFailure == rows.size()) {
      return new Expected("completed", null, rows.size(), true);
    }
    if (referencesFirst) {
      return new Expected("failed", "INVALID_ENTITY_REFERENCES", rows.size(), false);
    }
    if (mode == Mode.ROLLBACK) {
      return new Expected("failed", "ROLLED_BACK", rows.size(), false);
    }
    return new Expected("completed", null, firstFailure + 1, true);
  }

  /** Says whether this row has an outcome in the end. */
  boolean hasOutcome(Mode mode, int index, Fate fate) {
    if (index >= reached) {
      return false;
    }
    if (kept) {
      return true;
    }
    // A job that stops at its first failure has only looked at the references.
    return mode == Mode.STOP ? fate == Fate.BROKEN_REFERENCE : fate.fails();
  }

  private static int indexOfFirstFailure(List<Row> rows) {
    for (int index = 0; index < rows.size(); index++) {
      if (rows.get(index).fate().fails()) {
        return index;
      }
    }
    return rows.size();
  }
}
