package io.rowledger.worker.testing;

import static org.awaitility.Awaitility.await;

import io.rowledger.core.job.JobId;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.RowledgerStack;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the topic of job events says of a job. */
@ApplicationScoped
public class Told {

  private final Database database;

  Told(Database database) {
    this.database = database;
  }

  /**
   * One event as it is on the topic.
   *
   * @param type the word in {@code ce_type} that differs, such as {@code completed}
   */
  public record Event(String type, String id, boolean dryRun, String data) {}

  /** Every event of a job, once all of them have left the outbox. */
  public List<Event> of(JobId job) {
    await("events of job " + job + " have left the outbox")
        .atMost(Duration.ofSeconds(30))
        .until(() -> waiting(job) == 0);
    List<Event> events = new ArrayList<>();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", RowledgerStack.kafka().bootstrapServers());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(EmbeddedKafkaBroker.JOB_EVENTS).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          if (job.toString().equals(record.key())) {
            events.add(event(record));
          }
        }
      }
    }
    return events;
  }

  private int waiting(JobId job) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    "SELECT count(*) FROM outbox WHERE job_id = ?",
                    row -> row.getInt(1),
                    job.value())
                .orElseThrow());
  }

  private static Event event(ConsumerRecord<String, String> record) {
    String[] words = header(record, "ce_type").split("\\.", -1);
    return new Event(
        words[words.length - 2],
        header(record, "ce_id"),
        Boolean.parseBoolean(header(record, "ce_dryrun")),
        record.value());
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
