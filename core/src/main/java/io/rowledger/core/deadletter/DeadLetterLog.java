package io.rowledger.core.deadletter;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic of records that could not be understood. */
@ApplicationScoped
public class DeadLetterLog {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> kafka;
  private final DeadLetterConfig config;

  public DeadLetterLog(
      @Identifier("default-kafka-broker") Map<String, Object> kafka, DeadLetterConfig config) {
    this.kafka = kafka;
    this.config = config;
  }

  public String topic() {
    return config.topic();
  }

  /**
   * Puts a record aside, as it came.
   *
   * @param about more headers, names beginning with {@code dead-letter-}
   * @throws KafkaException when that is not acknowledged in time
   */
  public void put(ConsumerRecord<byte[], byte[]> source, String reason, Map<String, String> about) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(config.topic(), source.key(), source.value());
    source.headers().forEach(letter.headers()::add);
    Map<String, String> headers = new HashMap<>(about);
    headers.put(DeadLetter.PREFIX + "reason", reason);
    headers.put(DeadLetter.PREFIX + "topic", source.topic());
    headers.put(DeadLetter.PREFIX + "partition", Integer.toString(source.partition()));
    headers.put(DeadLetter.PREFIX + "offset", Long.toString(source.offset()));
    headers.forEach(
        (name, value) -> letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    send(letter);
  }

  /**
   * Everything the topic holds now, in order.
   *
   * @throws KafkaException when Kafka does not answer in time
   */
  public List<DeadLetter> all() {
    List<DeadLetter> letters = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerSettings())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(config.topic()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long patience = System.nanoTime() + config.sendTimeout().toNanos();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        int before = letters.size();
        consumer.poll(POLL).forEach(record -> letters.add(new DeadLetter(record)));
        if (letters.size() > before) {
          patience = System.nanoTime() + config.sendTimeout().toNanos();
        } else if (System.nanoTime() > patience) {
          throw new TimeoutException("Kafka does not deliver " + config.topic());
        }
      }
    }
    return letters;
  }

  /**
   * Sends a letter to the topic it came from, without what was added when it was put aside.
   *
   * @throws KafkaException when that is not acknowledged in time
   */
  public void sendBack(DeadLetter letter) {
    ConsumerRecord<byte[], byte[]> dead = letter.record();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(letter.sourceTopic(), dead.key(), dead.value());
    dead.headers()
        .forEach(
            header -> {
              if (!header.key().startsWith(DeadLetter.PREFIX)) {
                record.headers().add(header);
              }
            });
    send(record);
  }

  /** A producer for each: there are days between two letters. */
  private void send(ProducerRecord<byte[], byte[]> record) {
    try (Producer<byte[], byte[]> producer = new KafkaProducer<>(producerSettings())) {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException failure
          ? failure
          : new KafkaException("not acknowledged", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  private Map<String, Object> producerSettings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    int timeout = Math.toIntExact(config.sendTimeout().toMillis());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    // A chunk of rows, and the headers that tell of it.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1_200_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1000, timeout / 2));
    settings.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "rowledger-dead-letters");
    return settings;
  }

  private Map<String, Object> consumerSettings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
        Math.toIntExact(config.sendTimeout().toMillis()));
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return settings;
  }
}
