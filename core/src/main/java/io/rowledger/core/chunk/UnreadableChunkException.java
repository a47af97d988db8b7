package io.rowledger.core.chunk;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A record was found but is not the chunk it should be. Reading it again will not help. */
public final class UnreadableChunkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable ConsumerRecord<byte[], byte[]> source;

  UnreadableChunkException(String message, Throwable cause) {
    this(message, null, cause);
  }

  private UnreadableChunkException(
      String message, @Nullable ConsumerRecord<byte[], byte[]> source, @Nullable Throwable cause) {
    super(message, cause);
    this.source = source;
  }

  /** The same, and which record it is about. */
  UnreadableChunkException of(ConsumerRecord<byte[], byte[]> record) {
    return new UnreadableChunkException(getMessage(), record, getCause());
  }

  /** The record as it came; without a value when the client would not hand it out. */
  public Optional<ConsumerRecord<byte[], byte[]>> source() {
    return Optional.ofNullable(source);
  }
}
