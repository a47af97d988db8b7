package io.rowledger.worker.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.Counts;
import io.rowledger.core.job.RowResult;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.StorableText;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.target.RecordTarget;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.RowWriter;
import io.rowledger.worker.target.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * The writing part of a chunk's transaction: records, then the outcomes of the rows that have none.
 * What follows in the same transaction is the guard, and only then the commit.
 */
final class ChunkTransaction<R> {

  private final RecordTarget<R> target;
  private final RowWriter<R> writer;
  private final RowResultRepository results;
  private final Scope scope;

  ChunkTransaction(RecordTarget<R> target, RowResultRepository results, Scope scope) {
    this.target = target;
    this.writer = new RowWriter<>(target);
    this.results = results;
    this.scope = scope;
  }

  /** Writes every row that can be written, and why the others are not. */
  Counts writeAll(Tx tx, List<Row<R>> rows) {
    writer.write(tx, scope, rows);
    return record(tx, rows);
  }

  /**
   * Writes the rows before the first failure, and that failure.
   *
   * @return how many rows of {@code rows} have an outcome now; fewer than all of them means that
   *     the job stops here
   */
  StoppedAt writeUntilFailure(Tx tx, List<Row<R>> rows) {
    List<Row<R>> some = rows;
    while (true) {
      List<Row<R>> attempt = some;
      int[] end = new int[1];
      tx.keepIf(
          () -> {
            writer.write(tx, scope, attempt);
            end[0] = endOfFirstFailure(attempt);
            // Rows behind the failure may be written by now: undo, and write what is before it.
            return end[0] == attempt.size();
          });
      if (end[0] == attempt.size()) {
        Row<R> last = attempt.get(attempt.size() - 1);
        return new StoppedAt(record(tx, attempt), failed(last));
      }
      some = rows.subList(0, end[0]);
    }
  }

  /**
   * What {@link #writeUntilFailure} did.
   *
   * @param failure the last of the rows counted failed
   */
  record StoppedAt(Counts counts, boolean failure) {}

  /** How long tables were asked since this was last called, in nanoseconds. */
  long takeLookUpTime() {
    return writer.takeLookUpTime();
  }

  /** What no two rows may have in common, see {@link RecordTarget#exclusiveKeys}. */
  List<String> exclusiveKeys(R record) {
    return target.exclusiveKeys(record);
  }

  /** See {@link RecordTarget#sharedKeys}. */
  List<String> sharedKeys(R record) {
    return target.sharedKeys(record);
  }

  /** How many entities the rows of the last write brought along. */
  int entitiesCreated() {
    return target.entitiesCreated();
  }

  /** Checks rows without writing them; records only the failures. */
  int validate(Tx tx, List<Row<R>> rows) {
    writer.check(tx, scope, rows);
    return recordFailures(tx, rows.stream().filter(ChunkTransaction::failed).toList());
  }

  /** Checks only the references of rows that are good otherwise; records those that are broken. */
  int validateReferences(Tx tx, List<Row<R>> rows) {
    writer.checkReferences(tx, scope, rows);
    return recordFailures(
        tx,
        rows.stream()
            .filter(row -> row.checked() instanceof Checked.Valid && failed(row))
            .toList());
  }

  /** Records failures that an undone transaction had found. */
  int recordFailures(Tx tx, List<Row<R>> failed) {
    results.insert(
        tx, scope.organization(), scope.job(), failed.stream().map(this::result).toList());
    return failed.size();
  }

  private Counts record(Tx tx, List<Row<R>> rows) {
    List<RowResult> refused = new ArrayList<>();
    int failed = 0;
    for (Row<R> row : rows) {
      if (row.problem() != null) {
        RowResult result = result(row);
        refused.add(result);
        failed += result.failed() ? 1 : 0;
      }
    }
    results.insert(tx, scope.organization(), scope.job(), refused);
    return new Counts(rows.size() - refused.size(), failed, refused.size() - failed);
  }

  private RowResult result(Row<R> row) {
    String key;
    String type;
    if (row.checked() instanceof Checked.Refused<R> refused) {
      key = refused.rowKey();
      type = refused.entityType();
    } else {
      key = target.rowKey(row.record());
      type = target.entityType(row.record());
    }
    return new RowResult(row.ref(), key, type, row.problem(), failed(row) ? cells(row) : null);
  }

  static boolean failed(Row<?> row) {
    return row.problem() != null && row.problem().code().outcome() == RowCode.Outcome.FAILED;
  }

  private static int endOfFirstFailure(List<? extends Row<?>> rows) {
    for (int i = 0; i < rows.size(); i++) {
      if (failed(rows.get(i))) {
        return i + 1;
      }
    }
    return rows.size();
  }

  private static String cells(Row<?> row) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    List<String> columns = row.columns();
    for (int i = 0; i < row.raw().cells().size(); i++) {
      // A ragged row has cells beyond the header; they are kept under their position.
      String column = i < columns.size() ? StorableText.repaired(columns.get(i)) : "#" + (i + 1);
      String cell = row.raw().cells().get(i);
      json.put(column, cell == null ? null : StorableText.repaired(cell));
    }
    return json.toString();
  }
}
