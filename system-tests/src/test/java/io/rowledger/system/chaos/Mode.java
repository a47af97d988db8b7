package io.rowledger.system.chaos;

/** What a row failure does to its job. */
enum Mode {
  CONTINUE("continue_collect_errors"),
  STOP("stop_keep_success"),
  ROLLBACK("rollback_all");

  private final String wireName;

  Mode(String wireName) {
    this.wireName = wireName;
  }

  String wireName() {
    return wireName;
  }
}
