package io.rowledger.local;

/** Something the caller must put right first; its message is the one line they get to read. */
final class CannotStart extends RuntimeException {
  CannotStart(String message) {
    super(message);
  }

  CannotStart(String message, Throwable cause) {
    super(message, cause);
  }
}
