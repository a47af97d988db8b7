package io.rowledger.benchmark;

import java.util.Locale;

/** What a failed row means for the others. */
enum Mode {
  CONTINUE_COLLECT_ERRORS,
  ROLLBACK_ALL;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
