package io.rowledger.core.chunk;

import org.jspecify.annotations.Nullable;

/** Kafka does not answer. Nothing is wrong with the upload or the job; try again later. */
public final class ChunkLogUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ChunkLogUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
