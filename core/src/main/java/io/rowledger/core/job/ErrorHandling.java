package io.rowledger.core.job;

import java.util.Arrays;
import java.util.Optional;

/** What a row failure does to its job: {@code batchErrorHandling} of contract section 3. */
public enum ErrorHandling {
  /** One row failure undoes the job; all failures found are reported. */
  ROLLBACK_ALL("rollback_all"),
  /** Rows before the first failure stay, the rest is unprocessed. */
  STOP_KEEP_SUCCESS("stop_keep_success"),
  /** Every row is tried. */
  CONTINUE_COLLECT_ERRORS("continue_collect_errors");

  private final String wireName;

  ErrorHandling(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<ErrorHandling> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(mode -> mode.wireName.equals(wireName)).findFirst();
  }
}
