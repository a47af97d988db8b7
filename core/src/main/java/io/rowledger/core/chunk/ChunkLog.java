package io.rowledger.core.chunk;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.rowledger.core.crypto.DataKey;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of uploads are kept: a Kafka topic (ADR 1). The only class that knows it is one.
 */
@ApplicationScoped
public class ChunkLog {

  private static final int IDLE_CONSUMERS = 8;

  private final Map<String, Object> kafka;
  private final ChunkLogConfig config;
  private final ConcurrentLinkedDeque<Consumer<byte[], byte[]>> idle =
      new ConcurrentLinkedDeque<>();
  private final MeterRegistry registry;
  private volatile Producer<byte[], byte[]> producer;
  private @Nullable KafkaClientMetrics producerMeters;

  ChunkLog(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      ChunkLogConfig config,
      MeterRegistry registry) {
    this.kafka = kafka;
    this.config = config;
    this.registry = registry;
  }

  /**
   * Begins an upload. All its chunks go to one partition.
   *
   * @throws ChunkLogUnavailableException when no partition can be written
   */
  public ChunkWriter begin(UUID uploadId, DataKey key) {
    return new ChunkWriter(producer(), config, writablePartition(uploadId), uploadId, key);
  }

  /** Opens the chunks of an upload for reading. */
  public ChunkReader reader(UUID uploadId, DataKey key) {
    Consumer<byte[], byte[]> pooled = idle.poll();
    // A fresh consumer costs as much as a small job: it is used again.
    Consumer<byte[], byte[]> consumer =
        pooled != null ? pooled : new KafkaConsumer<>(consumerSettings());
    return new ChunkReader(consumer, () -> giveBack(consumer), config, uploadId, key);
  }

  /**
   * Asks Kafka for the topic, with the address, the certificates and the login of all our clients.
   *
   * @throws ChunkLogUnavailableException when Kafka does not answer
   * @throws ChunkLogRefusedException when it answers and does not let us in
   */
  void check() {
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerSettings())) {
      consumer.partitionsFor(config.topic(), config.metadataTimeout());
    } catch (AuthenticationException | AuthorizationException e) {
      throw new ChunkLogRefusedException(e);
    } catch (KafkaException e) {
      // A certificate or a setting that cannot be read fails here, before anybody was asked.
      if (e.getCause() != null && !(e instanceof RetriableException)) {
        throw new ChunkLogRefusedException(e);
      }
      throw new ChunkLogUnavailableException("Kafka does not answer", e);
    }
  }

  private void giveBack(Consumer<byte[], byte[]> consumer) {
    if (idle.size() >= IDLE_CONSUMERS) {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
      return;
    }
    consumer.assign(List.of());
    idle.push(consumer);
  }

  private int writablePartition(UUID uploadId) {
    try {
      List<PartitionInfo> writable =
          producer().partitionsFor(config.topic()).stream()
              .filter(partition -> partition.leader() != null && !partition.leader().isEmpty())
              .toList();
      if (writable.isEmpty()) {
        throw new ChunkLogUnavailableException("no partition can be written", null);
      }
      return writable.get(Math.floorMod(uploadId.hashCode(), writable.size())).partition();
    } catch (KafkaException e) {
      throw new ChunkLogUnavailableException("Kafka does not answer", e);
    }
  }

  private synchronized Producer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = new KafkaProducer<>(producerSettings());
      // Not so the pooled consumers: each new one would bring a hundred series with a name of its
      // own.
      producerMeters = new KafkaClientMetrics(producer);
      producerMeters.bindTo(registry);
    }
    return producer;
  }

  private Map<String, Object> producerSettings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // Chunks are compressed before they are sealed; sealed bytes do not compress.
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L * 1024 * 1024);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1_100_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.metadataTimeout().toMillis());
    int send = Math.toIntExact(config.sendTimeout().toMillis());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, send);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1000, send / 2));
    settings.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "rowledger-rows");
    return settings;
  }

  private Map<String, Object> consumerSettings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // An offset beyond the log must be an error, never a silent jump to other rows.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    // After a seek the default of 500 ms is what a one-row job would wait for.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 16);
    // As much as is handed out at a time: what is fetched beside it lies about until it is old, and
    // only a full collection takes it away.
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 512 * 1024);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 8_000);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return settings;
  }

  @PreDestroy
  void close() {
    Consumer<byte[], byte[]> consumer;
    while ((consumer = idle.poll()) != null) {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
    if (producerMeters != null) {
      producerMeters.close();
    }
    if (producer != null) {
      producer.close(Duration.ofSeconds(2));
    }
  }
}
