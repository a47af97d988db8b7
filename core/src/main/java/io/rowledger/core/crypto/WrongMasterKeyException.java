package io.rowledger.core.crypto;

/** The configured master key does not open a data key. Says nothing about the rows themselves. */
public final class WrongMasterKeyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WrongMasterKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
