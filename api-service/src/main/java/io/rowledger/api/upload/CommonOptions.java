package io.rowledger.api.upload;

import io.rowledger.core.job.Lineage;
import org.jspecify.annotations.Nullable;

/**
 * What every kind of import can be asked for (contract section 3, common form fields).
 *
 * @param dryRun every check is done and nothing is written but the job
 * @param label the caller's own word for the job, at most 200 characters
 * @param totals what the files must hold
 */
record CommonOptions(
    boolean dryRun, @Nullable String label, Lineage lineage, ControlTotals totals) {}
