package io.rowledger.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads everything that the topic of job events says, as somebody who only knows that. */
final class EventCheck {
  private static final String TOPIC = "batch-import.job-events";
  private static final String PREFIX = "io.rowledger.job.";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A consumer says a hundred lines at its start. Held, because the log manager does not. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  static {
    KAFKA.setLevel(Level.WARNING);
  }

  private final Violations violations;
  private long repeated;
  private long events;

  EventCheck(Violations violations) {
    this.violations = violations;
  }

  private record Event(String id, String type, String sequence, String data) {

    JsonNode job() {
      try {
        return JSON.readTree(data);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Events that came more than once. */
  long repeated() {
    return repeated;
  }

  /** Events without their repetitions. */
  long events() {
    return events;
  }

  /** Compares what the topic tells of the jobs with how they ended. */
  void check(String bootstrapServers, Iterable<LedgerJob> jobs, LedgerCheck tables) {
    Map<String, List<Event>> byJob = read(bootstrapServers);
    for (LedgerJob job : jobs) {
      check(job, byJob.getOrDefault(job.id().toString(), List.of()), tables.stored(job));
    }
  }

  private void check(LedgerJob job, List<Event> sent, StoredJob stored) {
    Map<String, Event> seen = new LinkedHashMap<>();
    for (Event event : sent) {
      Event before = seen.putIfAbsent(event.id(), event);
      repeated += before == null ? 0 : 1;
      violations.expect(
          before == null || before.equals(event),
          job.toString(),
          "the same event under the same ce_id",
          event);
    }
    List<Event> once = List.copyOf(seen.values());
    events += once.size();
    List<String> types = once.stream().map(Event::type).toList();
    String about = job.toString();
    boolean ended =
        types.stream().filter(EventCheck::isEnd).count() == 1
            && Objects.equals(types.get(types.size() - 1), stored.status());
    violations.expect(ended, about, "exactly one end, " + stored.status() + ", as the last", types);
    violations.expect(
        types.indexOf("queued") == 0 && types.lastIndexOf("queued") == 0,
        about,
        "queued once, and first",
        types);
    violations.expect(
        types.stream().filter("started"::equals).count() < 2, about, "started once", types);
    checkOrder(about, once);
    if (ended) {
      JsonNode last = once.get(once.size() - 1).job();
      violations.expect(
          last.path("succeeded").asInt() == stored.succeeded()
              && last.path("failed").asInt() == stored.failed()
              && last.path("skipped").asInt() == stored.skipped(),
          about,
          "the counters of the job in its last event, " + stored,
          last);
    }
  }

  private void checkOrder(String about, List<Event> events) {
    Answers answers = new Answers();
    String sequence = "";
    for (Event event : events) {
      violations.expect(
          sequence.compareTo(event.sequence()) < 0,
          about,
          "a sequence that rises",
          sequence + " and then " + event);
      sequence = event.sequence();
      answers.check(event.job(), about + " in events", violations);
    }
  }

  private static boolean isEnd(String type) {
    return List.of("completed", "failed", "cancelled", "interrupted").contains(type);
  }

  private static Map<String, List<Event>> read(String bootstrapServers) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none");
    Map<String, List<Event>> byJob = new HashMap<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(info -> new TopicPartition(TOPIC, info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          byJob.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(event(record));
        }
      }
    }
    return byJob;
  }

  private static Event event(ConsumerRecord<String, String> record) {
    String type = header(record, "ce_type");
    return new Event(
        header(record, "ce_id"),
        type.substring(PREFIX.length(), type.length() - ".v1".length()),
        header(record, "ce_sequence"),
        record.value());
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
