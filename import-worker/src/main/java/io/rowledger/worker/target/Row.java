package io.rowledger.worker.target;

import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.row.RowRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row on its way into the tables: what it was, what validation says, and what the live tables
 * say. The last can be forgotten and asked again, because a transaction may have to be repeated.
 */
public final class Row<R> {

  private final RowRef ref;
  private final List<String> columns;
  private final RawRow raw;
  private final Checked<R> checked;
  private @Nullable RowProblem found;

  public Row(RowRef ref, List<String> columns, RawRow raw, Checked<R> checked) {
    this.ref = ref;
    this.columns = columns;
    this.raw = raw;
    this.checked = checked;
  }

  public RowRef ref() {
    return ref;
  }

  public List<String> columns() {
    return columns;
  }

  public RawRow raw() {
    return raw;
  }

  public Checked<R> checked() {
    return checked;
  }

  /** True while nothing speaks against importing the row. */
  public boolean good() {
    return found == null && checked instanceof Checked.Valid;
  }

  /** The record; only of a row that passed validation. */
  public R record() {
    return ((Checked.Valid<R>) checked).record();
  }

  /** Why the row is not imported; null while it is good. */
  public @Nullable RowProblem problem() {
    return checked instanceof Checked.Refused<R> refused ? refused.problem() : found;
  }

  /** Says what the live tables, or the rows before it, have against the row. */
  public void refuse(RowProblem problem) {
    found = problem;
  }

  /** Forgets what the live tables said. */
  public void forget() {
    found = null;
  }
}
