package io.rowledger.worker.run;

/** Where the time of a group of chunks goes, in the order in which it passes through. */
enum Stage {
  /** From Kafka: waited for, opened and unpacked. */
  READ("read"),
  /** Mapped and validated. */
  VALIDATE("validate"),
  /** Asked of the tables: references, and keys that are there already. */
  LOOK_UP("look-up"),
  /** Copied, and the outcomes of rows written. */
  WRITE("write"),
  /** The guard, the event and COMMIT. */
  COMMIT("commit");

  private final String tag;

  Stage(String tag) {
    this.tag = tag;
  }

  String tag() {
    return tag;
  }
}
