package io.rowledger.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What {@code kafka-producer-perf-test} does with the same bytes: reads the file, sends it to the
 * topic of the rows with {@code acks=all} and without compression, in records as large as those
 * that the api-service makes of it, to one partition as an upload does.
 */
final class ProducerBaseline {

  private static final String TOPIC = "batch-import.rows";

  private record Place(TopicPartition partition, long offset) {}

  private final Installation installation;
  private int recordSize;
  private int partition;

  ProducerBaseline(Installation installation) {
    this.installation = installation;
  }

  /** In bytes. Known after the first {@link #send}. */
  int recordSize() {
    return recordSize;
  }

  /**
   * From the first byte read to the last acknowledgement.
   *
   * <p>An upload must have been accepted before: its records are the measure.
   */
  Duration send(Path file) throws IOException, SQLException {
    if (recordSize == 0) {
      measureRecords();
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.kafka(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      // Connecting is not part of it: a service is connected.
      producer.partitionsFor(TOPIC);
      long start = System.nanoTime();
      try (InputStream in = Files.newInputStream(file)) {
        for (byte[] bytes = in.readNBytes(recordSize);
            bytes.length > 0;
            bytes = in.readNBytes(recordSize)) {
          var unused = producer.send(new ProducerRecord<>(TOPIC, partition, null, bytes));
        }
      }
      producer.flush();
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private void measureRecords() throws SQLException {
    Place first = newestUpload();
    partition = first.partition().partition();
    Samples sizes = new Samples();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", installation.kafka()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(first.partition()));
      consumer.seek(first.partition(), first.offset());
      while (sizes.count() == 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          sizes.add(record.value().length);
        }
      }
    }
    recordSize = (int) sizes.median();
  }

  private Place newestUpload() throws SQLException {
    try (Connection connection = installation.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT record_partition, record_offset FROM upload_chunk
                 WHERE upload_id = (SELECT id FROM upload ORDER BY created_at DESC LIMIT 1)
                 ORDER BY chunk_number LIMIT 1
                """)) {
      if (!row.next()) {
        throw new IllegalStateException("no upload was accepted yet");
      }
      return new Place(new TopicPartition(TOPIC, row.getInt(1)), row.getLong(2));
    }
  }
}
