package io.rowledger.core.row;

/** Why a row was refused or skipped (contract section 6). Names are the wire names. */
public enum RowCode {
  VALIDATION_ERROR(Outcome.FAILED, false),
  ENTITY_NOT_FOUND(Outcome.FAILED, true),
  PROCESSING_ERROR(Outcome.FAILED, true),
  DUPLICATE_EXTERNAL_ID(Outcome.FAILED, false),
  /** Callers know it from the published API; nothing here produces it. */
  DUPLICATE_TAX_ID(Outcome.FAILED, false),
  TAX_ID_TYPE_MISMATCH(Outcome.FAILED, false),
  MALFORMED_ROW(Outcome.FAILED, false),
  AMBIGUOUS_TAX_ID(Outcome.FAILED, true),
  SKIPPED_DUPLICATE_TAX_ID(Outcome.SKIPPED, false),
  SKIPPED_ENTITY_ALREADY_EXISTS(Outcome.SKIPPED, false),
  SKIPPED_DUPLICATE_EXTERNAL_ID(Outcome.SKIPPED, false),
  SKIPPED_DUPLICATE_EVENT_ID(Outcome.SKIPPED, false),
  SKIPPED_DUPLICATE_IN_FILE(Outcome.SKIPPED, false);

  /** What a code says about its row. */
  public enum Outcome {
    FAILED,
    SKIPPED
  }

  private final Outcome outcome;
  private final boolean retryable;

  RowCode(Outcome outcome, boolean retryable) {
    this.outcome = outcome;
    this.retryable = retryable;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** True when the same row may succeed later without being changed. */
  public boolean retryable() {
    return retryable;
  }
}
