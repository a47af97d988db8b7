package io.rowledger.core.job;

import java.util.Locale;

/**
 * What a job is at, as stored. What a caller sees is derived from it, see {@link JobView#phase}.
 */
public enum JobPhase {
  QUEUED,
  /** Every row is checked, only failures are written. */
  VALIDATING,
  /** Chunk by chunk, each in its own transaction. */
  PROCESSING,
  /** All chunks in one transaction. */
  APPLYING,
  DONE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static JobPhase ofWireName(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
