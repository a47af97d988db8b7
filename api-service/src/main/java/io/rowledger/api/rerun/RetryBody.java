package io.rowledger.api.rerun;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a retry is asked for, as it comes over the wire. */
@RegisterForReflection
@Schema(name = "Retry")
record RetryBody(
    @Schema(
            description = "which rows; skipped rows are never tried again",
            defaultValue = "all_not_succeeded",
            enumeration = {"failed", "unprocessed", "all_not_succeeded"})
        @Nullable String rows,
    @Schema(description = "of the failed rows, only those with one of these codes")
        @Nullable List<@Nullable String> codes,
    @Schema(description = "a saved mapping to read the rows with", format = "uuid")
        @Nullable String mappingId,
    @Schema(
            description = "transactions only; as in the job tried again when absent",
            enumeration = {"rollback_all", "stop_keep_success", "continue_collect_errors"})
        @Nullable String batchErrorHandling) {

  static final RetryBody EMPTY = new RetryBody(null, null, null, null);
}
