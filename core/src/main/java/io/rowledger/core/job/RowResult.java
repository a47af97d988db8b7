package io.rowledger.core.job;

import io.rowledger.core.row.RowProblem;
import io.rowledger.core.row.RowRef;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a row that was not imported.
 *
 * @param rowKey external id or tax id, as far as the row had one
 * @param entityType entities only
 * @param cells JSON object {column: cell} of a failed row; null for a skip
 */
public record RowResult(
    RowRef ref,
    @Nullable String rowKey,
    @Nullable String entityType,
    RowProblem problem,
    @Nullable String cells) {

  public boolean failed() {
    return problem.code().outcome() == io.rowledger.core.row.RowCode.Outcome.FAILED;
  }
}
