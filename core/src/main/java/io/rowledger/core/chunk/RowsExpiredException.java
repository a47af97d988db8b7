package io.rowledger.core.chunk;

/** The rows can no longer be read: the topic has let go of them, or their key was deleted. */
public final class RowsExpiredException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RowsExpiredException(String message) {
    super(message);
  }
}
