package io.rowledger.worker.run;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RowParser;
import io.rowledger.worker.target.RecordTarget;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What is particular to the kind and options of a job.
 *
 * @param parserFor makes the parser for rows with these columns of this format
 * @param referencesFirst all references are checked before any row is written
 */
public record ImportPlan<R>(
    BiFunction<List<String>, CellFormat, RowParser<R>> parserFor,
    RecordTarget<R> target,
    boolean referencesFirst) {}
