package io.rowledger.system;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the topic of job events says, read by a consumer that drops what it has seen before. */
final class JobEvents {
  private static final String TOPIC = "batch-import.job-events";

  /** A consumer says a hundred lines at its start. Held, because the log manager does not. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  static {
    KAFKA.setLevel(Level.WARNING);
  }

  private JobEvents() {}

  /** One event as it is on the topic. */
  record Event(Map<String, String> headers, String key, String data) {}

  /** The types of a job's events in their order, after all of them have been sent. */
  static List<String> typesOf(Stack stack, String jobId) {
    return of(stack, jobId).stream().map(event -> event.headers().get("ce_type")).toList();
  }

  /** A job's events in their order, after all of them have been sent. */
  static List<Event> of(Stack stack, String jobId) {
    Map<String, Event> events = new LinkedHashMap<>();
    asSent(stack, jobId).forEach(event -> events.putIfAbsent(event.headers().get("ce_id"), event));
    return List.copyOf(events.values());
  }

  /** The same, each as often as it was sent. */
  static List<Event> asSent(Stack stack, String jobId) {
    await("events of job " + jobId + " have left the outbox")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                stack
                        .table()
                        .count(
                            "SELECT count(*) FROM outbox WHERE job_id = ?", UUID.fromString(jobId))
                    == 0);
    return read(stack, TOPIC).stream()
        .filter(record -> jobId.equals(record.key()))
        .map(record -> new Event(headers(record), record.key(), record.value()))
        .toList();
  }

  /** Everything that is in a topic now. */
  static List<ConsumerRecord<String, String>> read(Stack stack, String topic) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            stack.kafka(),
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none");
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static Map<String, String> headers(ConsumerRecord<String, String> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    record
        .headers()
        .forEach(
            header ->
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }
}
