package io.rowledger.core.chunk;

/** A record was found but is not the chunk it should be. Reading it again will not help. */
public final class UnreadableChunkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableChunkException(String message, Throwable cause) {
    super(message, cause);
  }
}
