package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.mapping.Mapping;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an upload asks for, checked as far as it can be without reading the files.
 *
 * @param requiredFields fields that must have a column beyond those every record needs
 * @param options JSON: the options of the kind, for the worker
 * @param metadata JSON: what of them callers see in the job
 * @param warnings sentences about the form as a whole
 * @param validateGap whether the files' times must follow each other without overlap
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
    List<String> warnings,
    boolean validateGap) {

  ImportRequest(
      JobKind kind,
      CommonOptions common,
      List<UploadedFile> files,
      FormatOptions format,
      ErrorHandling errorHandling,
      Mapping mapping,
      List<String> requiredFields,
      JsonNode options,
      ObjectNode metadata,
      List<String> warnings) {
    this(
        kind,
        common,
        files,
        format,
        errorHandling,
        mapping,
        requiredFields,
        options,
        metadata,
        warnings,
        false);
  }

  /** The same, with or without the check that the files' times follow each other. */
  ImportRequest validatingGap(boolean validate) {
    return with(warnings, validate);
  }

  /** The same with more warnings. */
  ImportRequest warning(List<String> more) {
    return with(Stream.concat(warnings.stream(), more.stream()).toList(), validateGap);
  }

  private ImportRequest with(List<String> allWarnings, boolean validate) {
    return new ImportRequest(
        kind,
        common,
        files,
        format,
        errorHandling,
        mapping,
        requiredFields,
        options,
        metadata,
        allWarnings,
        validate);
  }
}
