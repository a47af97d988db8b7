package io.rowledger.api.problem;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Every way a request can be refused before a job exists (contract section 2): the code is the
 * name, with its status and title. One table, so that a code has one status everywhere.
 */
@Schema(name = "ProblemCode")
public enum Problem {
  TOO_MANY_ITEMS(400, "Too many rows"),
  VALIDATION_ERROR(400, "The request is not valid"),
  EMPTY_FILE(400, "The file has no rows"),
  UNREADABLE_FILE(400, "The file cannot be read"),
  ROW_TOO_LARGE(400, "A row is too large"),
  MISSING_COLUMNS(400, "Columns are missing"),
  DUPLICATE_HEADER(400, "A header appears twice"),
  MAPPING_TARGET_MISMATCH(400, "The mapping is for another kind of import"),
  UNAUTHORIZED(401, "Authentication is needed"),
  FORBIDDEN(403, "Not allowed"),
  FEATURE_NOT_ENABLED(403, "This feature is not enabled"),
  JOB_NOT_FOUND(404, "No such job"),
  MAPPING_NOT_FOUND(404, "No such mapping"),
  NOT_FOUND(404, "Not found"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  CONFLICT(409, "Conflict"),
  INVALID_TRANSITION(409, "The job is not in a state for this"),
  NOTHING_TO_RETRY(409, "Nothing to retry"),
  RETRY_RUNNING(409, "A retry is already running"),
  ROWS_EXPIRED(410, "The rows are no longer kept"),
  FILE_TOO_LARGE(413, "The request is too large"),
  UNSUPPORTED_FORMAT(415, "Unsupported format"),
  CONTROL_TOTAL_MISMATCH(422, "The control totals do not match"),
  IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for other content"),
  TOO_MANY_JOBS(429, "Too many open jobs"),
  TOO_MANY_UPLOADS(429, "Too many uploads at once"),
  INTERNAL(500, "Internal error"),
  SERVICE_UNAVAILABLE(503, "Temporarily unavailable"),
  OUTCOME_UNKNOWN(503, "The outcome is not known");

  private final int status;
  private final String title;

  Problem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /**
   * The problem for a status that the framework chose. A status of 4xx that no code has becomes a
   * {@link #VALIDATION_ERROR}, one of 5xx {@link #INTERNAL}: a body and its status line agree.
   */
  static Problem ofStatus(int status) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 409 -> CONFLICT;
      case 413 -> FILE_TOO_LARGE;
      case 415 -> UNSUPPORTED_FORMAT;
      case 502, 503, 504 -> SERVICE_UNAVAILABLE;
      default -> status >= 500 ? INTERNAL : VALIDATION_ERROR;
    };
  }
}
