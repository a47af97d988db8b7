package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.mapping.Mapping;
import java.util.List;

/**
 * What an upload asks for, checked as far as it can be without reading the files.
 *
 * @param requiredFields fields that must have a column beyond those every record needs
 * @param options JSON: the options of the kind, for the worker
 * @param metadata JSON: what of them callers see in the job
 * @param warnings sentences about the form as a whole
 */
record ImportRequest(
    JobKind kind,
    CommonOptions common,
    List<UploadedFile> files,
    FormatOptions format,
    ErrorHandling errorHandling,
    Mapping mapping,
    List<String> requiredFields,
    JsonNode options,
    ObjectNode metadata,
    List<String> warnings) {}
