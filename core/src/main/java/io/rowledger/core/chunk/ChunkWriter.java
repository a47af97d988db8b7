package io.rowledger.core.chunk;

import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the rows of one upload into chunks and sends them. Nothing of it exists for anybody until
 * the index that {@link #finish()} returns is committed; an upload that is given up leaves records
 * nobody will read. Not thread-safe; what it does beside its caller is its own.
 */
public final class ChunkWriter implements AutoCloseable {

  private record Sent(
      int number, int fileNumber, int firstRow, int rows, Future<RecordMetadata> acknowledged) {}

  /** Chunks that wait to be sealed: bounds what an upload takes of the memory. */
  private static final int WAITING = 2;

  private final Producer<byte[], byte[]> producer;
  private final ChunkLogConfig config;
  private final int partition;
  private final ChunkCodec.Sealer sealer;
  private final ChunkEncoder encoder = new ChunkEncoder();
  private final List<Sent> sent = new ArrayList<>();
  private int fileNumber;
  private CellFormat format = CellFormat.TEXT;
  private List<String> columns = List.of();

  /** Compresses and seals while the file is read on; null until there is a second chunk. */
  private @Nullable ExecutorService beside;

  private final Semaphore room = new Semaphore(WAITING);
  private volatile @Nullable Throwable failure;

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
    take(WAITING);
    refuseAfterFailure();
    // No flush: it waits without an end for a record that was on its way to a topic made anew.
    return sent.stream().map(this::acknowledged).toList();
  }

  private void send() {
    int file = fileNumber;
    int firstRow = encoder.firstRow();
    int rows = encoder.rowCount();
    byte[] chunk = encoder.take(file, format, columns);
    if (beside == null) {
      if (sent.isEmpty()) {
        // Most uploads are one chunk: no thread for them.
        seal(file, firstRow, rows, chunk);
        return;
      }
      beside = Executors.newSingleThreadExecutor(ChunkWriter::thread);
    }
    take(1);
    refuseAfterFailure();
    beside.execute(
        () -> {
          try {
            if (failure == null) {
              seal(file, firstRow, rows, chunk);
            }
          } catch (RuntimeException | Error e) {
            failure = e;
          } finally {
            room.release();
          }
        });
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "chunk-seal");
    thread.setDaemon(true);
    return thread;
  }

  private void take(int places) {
    try {
      room.acquire(places);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChunkLogUnavailableException("interrupted while sending rows", e);
    }
  }

  private void refuseAfterFailure() {
    Throwable first = failure;
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void seal(int file, int firstRow, int rows, byte[] chunk) {
    int number = sealer.nextNumber();
    byte[] sealed = sealer.seal(chunk);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(config.topic(), partition, null, sealed);
    record.headers().add(ChunkCodec.HEADER, new byte[] {ChunkCodec.WRITTEN});
    try {
      // Blocks when the buffer is full, which is what keeps the memory of a large upload flat.
      sent.add(new Sent(number, file, firstRow, rows, producer.send(record)));
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
    if (beside != null) {
      beside.shutdownNow();
      awaitEnd(beside);
    }
    sealer.end();
  }

  /** The compressor has memory outside the heap, which must not go while it is used. */
  private static void awaitEnd(ExecutorService executor) {
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = executor.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
