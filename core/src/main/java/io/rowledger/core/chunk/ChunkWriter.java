package io.rowledger.core.chunk;

import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Cuts the rows of one upload into chunks and sends them. Nothing of it exists for anybody until
 * the index that {@link #finish()} returns is committed; an upload that is given up leaves records
 * nobody will read. Not thread-safe.
 */
public final class ChunkWriter implements AutoCloseable {

  private record Sent(
      int number, int fileNumber, int firstRow, int rows, Future<RecordMetadata> acknowledged) {}

  private final Producer<byte[], byte[]> producer;
  private final ChunkLogConfig config;
  private final int partition;
  private final ChunkCodec.Sealer sealer;
  private final ChunkEncoder encoder = new ChunkEncoder();
  private final List<Sent> sent = new ArrayList<>();
  private int fileNumber;
  private CellFormat format = CellFormat.TEXT;
  private List<String> columns = List.of();

  ChunkWriter(
      Producer<byte[], byte[]> producer,
      ChunkLogConfig config,
      int partition,
      UUID uploadId,
      DataKey key) {
    this.producer = producer;
    this.config = config;
    this.partition = partition;
    this.sealer = new ChunkCodec.Sealer(uploadId, key);
  }

  /**
   * Adds a row; may send a chunk.
   *
   * @param fileNumber 1-based; rows come file by file
   * @param format how the file's cells are to be read
   * @param columns the columns known when the row was read; may grow, never shrink, within a file
   * @throws ChunkLogUnavailableException when Kafka does not take it in time
   */
  public void add(int fileNumber, CellFormat format, List<String> columns, RawRow row) {
    if (fileNumber != this.fileNumber && encoder.rowCount() > 0) {
      send();
    }
    this.fileNumber = fileNumber;
    this.format = format;
    this.columns = columns;
    encoder.add(row);
    if (encoder.rowCount() >= config.maxChunkRows()
        || encoder.size() >= config.maxChunkBytes() / 2) {
      send();
    }
  }

  /**
   * Sends the rest and waits until every chunk is acknowledged by all in-sync replicas.
   *
   * @throws ChunkLogUnavailableException when that does not happen in time
   */
  public List<ChunkRef> finish() {
    if (encoder.rowCount() > 0) {
      send();
    }
    // No flush: it waits without an end for a record that was on its way to a topic made anew.
    return sent.stream().map(this::acknowledged).toList();
  }

  private void send() {
    int number = sealer.nextNumber();
    int firstRow = encoder.firstRow();
    int rows = encoder.rowCount();
    byte[] sealed = sealer.seal(encoder.take(fileNumber, format, columns));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(config.topic(), partition, null, sealed);
    record.headers().add("codec", new byte[] {ChunkCodec.VERSION});
    try {
      // Blocks when the buffer is full, which is what keeps the memory of a large upload flat.
      sent.add(new Sent(number, fileNumber, firstRow, rows, producer.send(record)));
    } catch (org.apache.kafka.common.KafkaException e) {
      throw new ChunkLogUnavailableException("Kafka does not take rows", e);
    }
    if (sent.size() > 64) {
      // Finds out early that Kafka is gone, instead of reading the rest of a file for nothing.
      Sent earlier = sent.get(sent.size() - 64);
      if (earlier.acknowledged().isDone()) {
        acknowledged(earlier);
      }
    }
  }

  private ChunkRef acknowledged(Sent chunk) {
    try {
      RecordMetadata metadata =
          chunk.acknowledged().get(config.sendTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return new ChunkRef(
          chunk.number(),
          chunk.fileNumber(),
          chunk.firstRow(),
          chunk.rows(),
          metadata.partition(),
          metadata.offset());
    } catch (ExecutionException | TimeoutException e) {
      throw new ChunkLogUnavailableException("Kafka did not acknowledge the rows", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChunkLogUnavailableException("interrupted while sending rows", e);
    }
  }

  @Override
  public void close() {
    sealer.end();
  }
}
