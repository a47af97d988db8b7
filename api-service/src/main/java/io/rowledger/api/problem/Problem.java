package io.rowledger.api.problem;

/**
 * Every way a request can be refused before a job exists (contract section 2): the code is the
 * name, with its status and title. One table, so that a code has one status everywhere.
 */
public enum Problem {
  TOO_MANY_ITEMS(400, "Too many rows"),
  VALIDATION_ERROR(400, "The request is not valid"),
  EMPTY_FILE(400, "The file has no rows"),
  UNREADABLE_FILE(400, "The file cannot be read"),
  ROW_TOO_LARGE(400, "A row is too large"),
  MISSING_COLUMNS(400, "Columns are missing"),
  DUPLICATE_HEADER(400, "A header appears twice"),
  UNAUTHORIZED(401, "Authentication is needed"),
  FORBIDDEN(403, "Not allowed"),
  FEATURE_NOT_ENABLED(403, "This feature is not enabled"),
  JOB_NOT_FOUND(404, "No such job"),
  NOT_FOUND(404, "Not found"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  CONFLICT(409, "Conflict"),
  FILE_TOO_LARGE(413, "The request is too large"),
  UNSUPPORTED_FORMAT(415, "Unsupported format"),
  TOO_MANY_JOBS(429, "Too many open jobs"),
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
}
