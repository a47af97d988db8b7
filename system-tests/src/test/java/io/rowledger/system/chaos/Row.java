package io.rowledger.system.chaos;

/**
 * One row that was sent.
 *
 * @param file from 1
 * @param number as the service numbers the rows of that file
 * @param key of the record that the row becomes, if it becomes one
 */
record Row(int file, int number, String key, Fate fate) {

  /** What is to become of a row if somebody gets as far as that. */
  enum Fate {
    GOOD,
    /** Good, and sent by more than one job: whoever is first has it. */
    SHARED,
    /** Has the key of the row before. */
    REPEATED,
    INVALID,
    /** Names an entity that nobody knows. */
    BROKEN_REFERENCE;

    boolean fails() {
      return this == INVALID || this == BROKEN_REFERENCE;
    }

    boolean allows(String outcome) {
      return switch (this) {
        case GOOD -> outcome.equals("succeeded");
        case SHARED -> !outcome.equals("failed");
        case REPEATED -> outcome.equals("skipped");
        case INVALID, BROKEN_REFERENCE -> outcome.equals("failed");
      };
    }
  }
}
