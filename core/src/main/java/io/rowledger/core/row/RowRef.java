package io.rowledger.core.row;

/**
 * Where a row stands in its upload; together with the job id this identifies an outcome.
 *
 * @param fileNumber 1-based
 * @param rowNumber as in {@link RawRow#rowNumber()}
 */
public record RowRef(int fileNumber, int rowNumber) {}
