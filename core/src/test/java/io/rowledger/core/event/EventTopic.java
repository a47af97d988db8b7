package io.rowledger.core.event;

import io.rowledger.testkit.EmbeddedKafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A topic of one's own on a real broker, and everything that is in it. */
record EventTopic(EmbeddedKafkaBroker broker, String name) {

  /** What a consumer of job events looks at. */
  record Seen(String jobId, String id, String sequence, String type) {}

  static EventTopic create(EmbeddedKafkaBroker broker, int partitions, Map<String, String> config)
      throws Exception {
    EventTopic topic = new EventTopic(broker, "events-" + UUID.randomUUID());
    try (Admin admin = Admin.create(topic.settings())) {
      NewTopic made = new NewTopic(topic.name(), partitions, (short) 1).configs(config);
      admin.createTopics(List.of(made)).all().get();
    }
    return topic;
  }

  /** Of one partition after the other, each from its beginning to its end. */
  List<Seen> all() {
    List<Seen> seen = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings(), new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(name).stream()
              .map(info -> new TopicPartition(name, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        while (consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
          consumer.poll(Duration.ofMillis(100)).forEach(record -> seen.add(seen(record)));
        }
      }
    }
    return seen;
  }

  private static Seen seen(ConsumerRecord<String, String> record) {
    return new Seen(
        record.key(),
        header(record, "ce_id"),
        header(record, "ce_sequence"),
        header(record, "ce_type"));
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private Map<String, Object> settings() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }
}
