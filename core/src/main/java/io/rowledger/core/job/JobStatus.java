package io.rowledger.core.job;

import java.util.Locale;

/** Status of a job; the wire names (contract section 4) are the lower-case names. */
public enum JobStatus {
  QUEUED,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED,
  INTERRUPTED;

  /** Terminal: status and counters never change again. */
  public boolean terminal() {
    return this != QUEUED && this != RUNNING;
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static JobStatus ofWireName(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
