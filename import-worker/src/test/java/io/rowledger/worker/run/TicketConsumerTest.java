package io.rowledger.worker.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.core.job.JobId;
import io.rowledger.core.ticket.Ticket;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.RowledgerStack;
import io.rowledger.testkit.WorkerStack;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** The whole worker on a database without a schema: tickets need none. */
@QuarkusTest
@QuarkusTestResource(WorkerStack.class)
class TicketConsumerTest {

  @Inject Bell bell;

  @Test
  void whatIsNoTicketIsPutAsideAndTheWorkerGoesOn() {
    try (Producer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, RowledgerStack.kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      // When
      List<String> junk =
          List.of("junk-" + UUID.randomUUID(), "{}", "{\"jobId\": \"x\"}", "\u0000");
      junk.forEach(text -> send(producer, text.getBytes(UTF_8)));
      send(producer, null);

      // Then
      awaitRing(producer);
      List<ConsumerRecord<byte[], byte[]>> dead = deadTickets(junk);
      assertThat(dead)
          .extracting(TicketConsumerTest::text)
          .contains(junk.toArray(String[]::new))
          .contains("null");
      assertThat(dead)
          .allSatisfy(
              record -> {
                assertThat(header(record, "dead-letter-reason")).contains("not a ticket");
                assertThat(header(record, "dead-letter-topic"))
                    .isEqualTo(EmbeddedKafkaBroker.TICKETS);
              });
    }
  }

  private void awaitRing(Producer<String, byte[]> producer) {
    long before = bell.rings();
    send(producer, new Ticket(new JobId(UUID.randomUUID())).toBytes());
    await().atMost(Duration.ofSeconds(60)).until(() -> bell.rings() > before);
  }

  private static void send(Producer<String, byte[]> producer, byte[] value) {
    var unused = producer.send(new ProducerRecord<>(EmbeddedKafkaBroker.TICKETS, value));
    producer.flush();
  }

  /** Other tests put records of rows aside. */
  private static List<ConsumerRecord<byte[], byte[]>> deadTickets(List<String> expected) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, RowledgerStack.kafka().bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(EmbeddedKafkaBroker.DEAD_LETTER).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  if (header(record, "dead-letter-topic").equals(EmbeddedKafkaBroker.TICKETS)) {
                    found.add(record);
                  }
                }
                List<String> values = found.stream().map(TicketConsumerTest::text).toList();
                return values.containsAll(expected) && values.contains("null");
              });
    }
    return found;
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null ? "null" : new String(record.value(), UTF_8);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
