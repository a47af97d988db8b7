package io.rowledger.api.control;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What to do to a job.
 *
 * @param kind null: of whatever kind the job is
 */
@RegisterForReflection
@Schema(name = "JobControl")
record ControlBody(
    @Schema(
            description = "when given, it must be the kind of the job",
            enumeration = {"entity_automatic", "transaction_batch", "user_event_batch"})
        @Nullable
        @Pattern(
            regexp = "entity_automatic|transaction_batch|user_event_batch",
            message = "must be entity_automatic, transaction_batch or user_event_batch")
        String kind,
    @Schema(enumeration = {"pause", "resume", "cancel"})
        @NotNull
        @Pattern(regexp = "pause|resume|cancel", message = "must be pause, resume or cancel")
        String action) {}
