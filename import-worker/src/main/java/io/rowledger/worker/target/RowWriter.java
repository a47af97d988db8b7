package io.rowledger.worker.target;

import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import java.util.Comparator;
import java.util.List;

/**
 * Gets the good rows of a chunk into their table, inside the chunk's transaction.
 *
 * <p>Keys are looked up first and the rest is copied behind a savepoint: in the normal case one
 * look-up and one COPY. Another transaction may commit one of our keys in between; then the copy is
 * undone and the look-up, which now sees the key, is repeated. Whatever else PostgreSQL has against
 * the data is narrowed down to single rows by halving.
 */
public final class RowWriter<R> {

  /** Races lost in a row before the transaction gives up and is tried anew as a whole. */
  private static final int RACES = 5;

  private final RecordTarget<R> target;
  private long lookedUp;

  public RowWriter(RecordTarget<R> target) {
    this.target = target;
  }

  /**
   * Asks the live tables about the rows; writes nothing.
   *
   * @param rows in file order
   */
  public void check(Tx tx, Scope scope, List<Row<R>> rows) {
    long begin = System.nanoTime();
    rows.forEach(Row::forget);
    target.checkReferences(tx, scope, good(rows));
    target.checkDuplicates(tx, scope, good(rows));
    lookedUp += System.nanoTime() - begin;
  }

  /** Asks only whether what the rows refer to is there; writes nothing. */
  public void checkReferences(Tx tx, Scope scope, List<Row<R>> rows) {
    long begin = System.nanoTime();
    rows.forEach(Row::forget);
    target.checkReferences(tx, scope, good(rows));
    lookedUp += System.nanoTime() - begin;
  }

  /** How long tables were asked since this was last called, in nanoseconds. */
  public long takeLookUpTime() {
    long taken = lookedUp;
    lookedUp = 0;
    return taken;
  }

  /**
   * Writes the good rows; afterwards every row is either in the table or has a problem.
   *
   * @param rows in file order
   */
  public void write(Tx tx, Scope scope, List<Row<R>> rows) {
    for (int race = 0; ; race++) {
      check(tx, scope, rows);
      List<Row<R>> good = good(rows);
      if (good.isEmpty()) {
        return;
      }
      try {
        copy(tx, scope, good);
        return;
      } catch (SqlFailure failure) {
        if (failure.isUniqueViolation() && race < RACES) {
          continue;
        }
        if (failure.isUniqueViolation() || !failure.isDataProblem()) {
          throw failure;
        }
        halve(tx, scope, good, failure);
        return;
      }
    }
  }

  private void copy(Tx tx, Scope scope, List<Row<R>> good) {
    // Two jobs that write the same keys lock them in one order, or they would deadlock.
    List<Row<R>> sorted =
        good.stream()
            .sorted(
                Comparator.comparing(
                    row -> target.rowKey(row.record()),
                    Comparator.nullsFirst(Comparator.naturalOrder())))
            .toList();
    tx.behindSavepoint(() -> target.copy(tx, scope, sorted));
  }

  private void halve(Tx tx, Scope scope, List<Row<R>> rows, SqlFailure why) {
    if (rows.size() == 1) {
      refuse(tx, scope, rows.get(0), why);
      return;
    }
    int middle = rows.size() / 2;
    for (List<Row<R>> half : List.of(rows.subList(0, middle), rows.subList(middle, rows.size()))) {
      try {
        copy(tx, scope, half);
      } catch (SqlFailure failure) {
        if (!failure.isDataProblem()) {
          throw failure;
        }
        halve(tx, scope, half, failure);
      }
    }
  }

  private void refuse(Tx tx, Scope scope, Row<R> row, SqlFailure why) {
    if (why.isUniqueViolation()) {
      // A race lost while halving: the row is a duplicate like any other, not an error.
      target.checkDuplicates(tx, scope, List.of(row));
    }
    if (row.good()) {
      // The server's words may hold the row's values; the SQLSTATE cannot.
      row.refuse(
          RowProblem.of(
              RowCode.PROCESSING_ERROR,
              "The database refused this row (SQLSTATE " + why.sqlState() + ")."));
    }
  }

  private static <R> List<Row<R>> good(List<Row<R>> rows) {
    return rows.stream().filter(Row::good).toList();
  }
}
