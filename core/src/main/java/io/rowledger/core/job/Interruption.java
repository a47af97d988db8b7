package io.rowledger.core.job;

/** Why a job was given up before its end; names are the wire names. */
public enum Interruption {
  /** Workers tried it several times in a row without committing a chunk. */
  TOO_MANY_ATTEMPTS,
  /** Its rows can no longer be read. */
  ROWS_EXPIRED
}
