package io.rowledger.core.chunk;

import io.rowledger.core.crypto.DataKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;

/**
 * Reads exactly the chunks of one upload's index, in order, whatever lies between them. No consumer
 * group and no committed offset is involved. Not thread-safe; close gives the consumer back.
 */
public final class ChunkReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  /** Records between two chunks that are cheaper to read over than to seek past. */
  private static final int WORTH_SKIPPING = 50;

  private final Consumer<byte[], byte[]> consumer;
  private final Runnable giveBack;
  private final ChunkLogConfig config;
  private final UUID uploadId;
  private final DataKey key;
  private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
  private long position = -1;
  private int partition = -1;
  private boolean closed;

  ChunkReader(
      Consumer<byte[], byte[]> consumer,
      Runnable giveBack,
      ChunkLogConfig config,
      UUID uploadId,
      DataKey key) {
    this.consumer = consumer;
    this.giveBack = giveBack;
    this.config = config;
    this.uploadId = uploadId;
    this.key = key;
  }

  /**
   * Reads and opens one chunk.
   *
   * @throws RowsExpiredException when the topic no longer has it
   * @throws UnreadableChunkException when the record there is not this chunk
   * @throws ChunkLogUnavailableException when Kafka does not deliver it in time
   */
  public Chunk read(ChunkRef ref) {
    try {
      return open(ref, find(ref));
    } catch (OffsetOutOfRangeException e) {
      throw expired(ref);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      if (isDamage(e)) {
        String what = "chunk %d of upload %s is damaged".formatted(ref.number(), uploadId);
        throw new UnreadableChunkException(what, e)
            .of(new ConsumerRecord<>(config.topic(), ref.partition(), ref.offset(), null, null));
      }
      throw new ChunkLogUnavailableException("Kafka does not deliver rows", e);
    }
  }

  private Chunk open(ChunkRef ref, ConsumerRecord<byte[], byte[]> record) {
    try {
      return ChunkCodec.open(uploadId, ref.number(), codec(record), key, record.value());
    } catch (UnreadableChunkException e) {
      throw e.of(record);
    }
  }

  /** Zero, which nothing was sealed with, when the header is not ours. */
  private static int codec(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(ChunkCodec.HEADER);
    return header == null || header.value() == null || header.value().length != 1
        ? 0
        : header.value()[0];
  }

  /**
   * A batch whose checksum is wrong: asking again gives the same answer for ever. Kafka has no type
   * for it, only the plainest of its exceptions with words, inside of another one.
   */
  private static boolean isDamage(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String words = String.valueOf(cause.getMessage());
      if (words.contains(" is invalid, cause: ") || words.contains("corrupt message")) {
        return true;
      }
    }
    return false;
  }

  private ConsumerRecord<byte[], byte[]> find(ChunkRef ref) {
    seekTo(ref);
    long deadline = System.nanoTime() + config.readTimeout().toNanos();
    while (true) {
      ConsumerRecord<byte[], byte[]> next = fetched.poll();
      if (next == null) {
        if (System.nanoTime() > deadline) {
          // Read over to the end of the log, or Kafka is away: the ends of the log tell them apart.
          refuseWhatIsGone(ref);
          throw new ChunkLogUnavailableException("Kafka does not deliver rows", null);
        }
        consumer.poll(POLL).forEach(fetched::add);
      } else {
        position = next.offset() + 1;
        if (next.offset() == ref.offset()) {
          return next;
        }
        if (next.offset() > ref.offset()) {
          throw expired(ref);
        }
      }
    }
  }

  private void seekTo(ChunkRef ref) {
    boolean ahead =
        ref.partition() == partition
            && position >= 0
            && ref.offset() >= position
            && ref.offset() - position <= WORTH_SKIPPING;
    if (ahead) {
      return;
    }
    TopicPartition target = new TopicPartition(config.topic(), ref.partition());
    // Until the seek is done we stand nowhere: after an outage in between, reading on from the old
    // position would take the records dropped here for expired ones.
    position = -1;
    fetched.clear();
    consumer.assign(List.of(target));
    // An offset at the end of the log would wait for ever for a record that never comes.
    refuseWhatIsGone(ref);
    consumer.seek(target, ref.offset());
    partition = ref.partition();
    position = ref.offset();
  }

  private void refuseWhatIsGone(ChunkRef ref) {
    TopicPartition target = new TopicPartition(config.topic(), ref.partition());
    Long end = consumer.endOffsets(List.of(target), config.readTimeout()).get(target);
    Long begin = consumer.beginningOffsets(List.of(target), config.readTimeout()).get(target);
    if (end == null || begin == null || ref.offset() >= end || ref.offset() < begin) {
      throw expired(ref);
    }
  }

  private RowsExpiredException expired(ChunkRef ref) {
    return new RowsExpiredException(
        "chunk %d of upload %s is no longer in %s-%d at %d"
            .formatted(ref.number(), uploadId, config.topic(), ref.partition(), ref.offset()));
  }

  @Override
  public void close() {
    // Given back twice, the consumer would be lent to two readers at once.
    if (!closed) {
      closed = true;
      giveBack.run();
    }
  }
}
