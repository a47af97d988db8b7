package io.rowledger.worker.run;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RowParser;
import io.rowledger.worker.target.RecordTarget;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What is particular to the kind and options of a job.
 *
 * @param parserFor makes the parser for rows with these columns of this format
 * @param newTarget makes what rows are written with, one for each connection
 * @param referencesFirst all references are checked before any row is written
 */
public record ImportPlan<R>(
    BiFunction<List<String>, CellFormat, RowParser<R>> parserFor,
    Supplier<RecordTarget<R>> newTarget,
    boolean referencesFirst) {}
