package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The query of the CSV routes. */
final class CsvRequest {

  @Parameter(
      description =
          "resubmit: the failed rows of one file in your own columns, with _row, _code, _column and"
              + " _message, to be corrected and sent again. full: every row of one file with"
              + " _outcome, _code and _message. Both need the permission of the job's kind",
      schema =
          @Schema(
              type = SchemaType.STRING,
              enumeration = {"resubmit", "full"}))
  @QueryParam("format")
  public @Nullable String format;

  @Parameter(
      description = "With format: the number of the file, from 1",
      schema = @Schema(type = SchemaType.INTEGER, minimum = "1", defaultValue = "1"))
  @QueryParam("file")
  public @Nullable String file;

  @Parameter(
      description =
          "With a byte order mark, and an apostrophe before what Excel takes for a formula",
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  @QueryParam("excel")
  public @Nullable String excel;

  /**
   * Which rows in the caller's own columns; null for the failures alone.
   *
   * @throws ProblemException VALIDATION_ERROR
   */
  OwnColumns.@Nullable Form form() {
    if (format == null) {
      if (file != null) {
        throw ProblemException.invalid("file", "goes with format=resubmit or format=full.");
      }
      return null;
    }
    return switch (format) {
      case "resubmit" -> OwnColumns.Form.RESUBMIT;
      case "full" -> OwnColumns.Form.FULL;
      default ->
          throw ProblemException.invalid(
              "format", "must be resubmit or full; leave it out for the failures alone.");
    };
  }

  /**
   * The number of the file.
   *
   * @throws ProblemException VALIDATION_ERROR
   */
  int file(JobView job) {
    if (file == null) {
      return 1;
    }
    JsonNode metadata = JobJson.of(job).path("metadata");
    int files = Math.max(1, metadata.path("interpretation").size());
    // No number of files has more digits, and a longer text would not fit into an int.
    int number = file.matches("[0-9]{1,3}") ? Integer.parseInt(file) : 0;
    if (number < 1 || number > files) {
      throw ProblemException.invalid(
          "file", "must be a number from 1 to %d, the files of this job.".formatted(files));
    }
    return number;
  }

  /**
   * Whether the file is for Excel.
   *
   * @throws ProblemException VALIDATION_ERROR
   */
  boolean forExcel() {
    if (excel != null && !excel.equals("true") && !excel.equals("false")) {
      throw ProblemException.invalid("excel", "must be true or false.");
    }
    return "true".equals(excel);
  }
}
