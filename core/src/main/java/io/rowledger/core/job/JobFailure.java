package io.rowledger.core.job;

/** Why a job failed as a whole (contract section 6). */
public record JobFailure(Code code, String message) {

  /** Job codes; names are the wire names. */
  public enum Code {
    INVALID_ENTITY_REFERENCES,
    ROLLED_BACK,
    DEPENDENCY_FAILED,
    INTERNAL_ERROR
  }
}
