package io.rowledger.core.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead-letter topic. Its headers say where it came from and why it is here; whoever
 * writes to Kafka may have put anything there, so nothing is taken for granted.
 */
public final class DeadLetter {

  /** What the headers of ours begin with, and those of SmallRye, which writes those of tickets. */
  static final String PREFIX = "dead-letter-";

  private final ConsumerRecord<byte[], byte[]> record;

  DeadLetter(ConsumerRecord<byte[], byte[]> record) {
    this.record = record;
  }

  /** Where it lies in the dead-letter topic. */
  public int partition() {
    return record.partition();
  }

  public long offset() {
    return record.offset();
  }

  /** When it was put aside. */
  public Instant time() {
    return Instant.ofEpochMilli(record.timestamp());
  }

  public String reason() {
    String reason = header("reason");
    return reason == null ? "nobody says why" : reason;
  }

  /** The topic it came from; null when the record does not say. */
  public @Nullable String sourceTopic() {
    return header("topic");
  }

  /** The place it came from, as {@code partition@offset}, as far as the record says. */
  public String sourcePlace() {
    String partition = header("partition");
    String offset = header("offset");
    return (partition == null ? "?" : partition) + "@" + (offset == null ? "?" : offset);
  }

  /** The job whose rows it was to bring; null when that is not known. */
  public @Nullable String job() {
    return header("job");
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  private @Nullable String header(String name) {
    Header header = record.headers().lastHeader(PREFIX + name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
