package io.rowledger.worker.target;

import io.rowledger.core.sql.Tx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks everything a target asks and writes nothing. What the rows before would have left in the
 * table is kept in memory instead, so that duplicates across the whole upload are found.
 *
 * <p>Keys of a transaction in progress do not count yet: it may have to be repeated, and its rows
 * would be duplicates of themselves. {@link #settle} says that they stand.
 */
public final class DryRunTarget<R> implements RecordTarget<R> {

  private final RecordTarget<R> target;
  private final SeenKeys seen = new SeenKeys();
  private final List<String> inProgress = new ArrayList<>();

  public DryRunTarget(RecordTarget<R> target) {
    this.target = target;
  }

  /** What was last written, as it were, stands: later rows meet it. */
  public void settle() {
    inProgress.forEach(seen::add);
    inProgress.clear();
  }

  /** Keys of rows that an earlier run found good. */
  public void recall(List<Row<R>> good) {
    good.forEach(row -> target.keys(row.record()).forEach(seen::add));
  }

  /** Begins at the first row again. */
  public void restart() {
    seen.clear();
    inProgress.clear();
  }

  @Override
  public void checkReferences(Tx tx, Scope scope, List<Row<R>> rows) {
    target.checkReferences(tx, scope, rows);
  }

  @Override
  public void checkDuplicates(Tx tx, Scope scope, List<Row<R>> rows) {
    // Asked anew means that what came of the last asking was undone.
    inProgress.clear();
    target.checkDuplicates(tx, new Scope(scope.organization(), scope.job(), seen::contains), rows);
  }

  @Override
  public void copy(Tx tx, Scope scope, List<Row<R>> rows) {
    rows.forEach(row -> inProgress.addAll(target.keys(row.record())));
  }

  @Override
  public List<String> keys(R record) {
    return target.keys(record);
  }

  @Override
  public String rowKey(R record) {
    return target.rowKey(record);
  }

  @Override
  public @Nullable String entityType(R record) {
    return target.entityType(record);
  }
}
