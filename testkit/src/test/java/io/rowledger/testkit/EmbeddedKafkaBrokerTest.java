package io.rowledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaBrokerTest {
  private static EmbeddedKafkaBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedKafkaBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void hasTheTopicsOfRowledger() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Map<String, Integer> partitions =
          admin
              .describeTopics(admin.listTopics().names().get())
              .allTopicNames()
              .get()
              .values()
              .stream()
              .collect(Collectors.toMap(t -> t.name(), t -> t.partitions().size()));

      assertThat(partitions)
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "batch-import.rows", 6,
                  "batch-import.tickets", 6,
                  "batch-import.job-events", 6,
                  "batch-import.dead-letter", 1));
    }
  }

  @Test
  void keepsARecordOfTheLargestSizeOverARestart() throws Exception {
    // Given
    byte[] chunk = new byte[1_100 * 1024];
    RecordMetadata written = send(broker, chunk);
    String servers = broker.bootstrapServers();

    // When
    broker.restart();

    // Then
    assertThat(broker.bootstrapServers()).isEqualTo(servers);
    assertThat(read(broker, written)).isEqualTo(chunk);
  }

  @Test
  void standsBesideAnotherBrokerInTheSameJvm() throws Exception {
    try (EmbeddedKafkaBroker other = EmbeddedKafkaBroker.start()) {
      RecordMetadata written = send(other, new byte[] {7});

      assertThat(other.bootstrapServers()).isNotEqualTo(broker.bootstrapServers());
      assertThat(read(other, written)).containsExactly(7);
    }
  }

  @Test
  void doesNotEndTheJvmWhenKafkaWantsTo() {
    assertThatThrownBy(() -> Exit.halt(1, "storage is gone"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("storage is gone");
  }

  private static RecordMetadata send(EmbeddedKafkaBroker to, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                to.bootstrapServers(),
                "max.request.size",
                2 << 20,
                "acks",
                "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return producer.send(new ProducerRecord<>(EmbeddedKafkaBroker.ROWS, value)).get();
    }
  }

  private static byte[] read(EmbeddedKafkaBroker from, RecordMetadata which) {
    TopicPartition partition = new TopicPartition(which.topic(), which.partition());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", from.bootstrapServers(), "auto.offset.reset", "none"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, which.offset());
      List<ConsumerRecord<byte[], byte[]>> records =
          consumer.poll(Duration.ofSeconds(30)).records(partition);
      return records.get(0).value();
    }
  }
}
