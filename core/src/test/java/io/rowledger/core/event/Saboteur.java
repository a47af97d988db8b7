package io.rowledger.core.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;

/**
 * Sits in a real producer, sees what is on its way, and makes the broker refuse records: it dates
 * them to 1970, and the topic takes nothing that is so old.
 */
public final class Saboteur implements ProducerInterceptor<String, byte[]> {

  /** What the topic has to be set to. */
  static final Map<String, String> TOPIC = Map.of("message.timestamp.before.max.ms", "86400000");

  /** What the producer has to be set to: every record a batch of its own, several on their way. */
  static final Map<String, Object> PRODUCER =
      Map.of("interceptor.classes", Saboteur.class.getName(), "batch.size", 1);

  /** Asked with the id of each event that is sent. */
  private static volatile Predicate<String> victims = id -> false;

  private static final AtomicInteger PRODUCERS = new AtomicInteger();
  private static final Set<String> UNDER_WAY = ConcurrentHashMap.newKeySet();
  private static final List<String> OVERTAKERS = Collections.synchronizedList(new ArrayList<>());

  static void strike(Predicate<String> which) {
    victims = which;
    UNDER_WAY.clear();
    OVERTAKERS.clear();
  }

  /** Ids of events that were sent while another one of their job was on its way. */
  static List<String> overtakers() {
    return List.copyOf(OVERTAKERS);
  }

  /** How many producers were made so far. */
  static int producers() {
    return PRODUCERS.get();
  }

  @Override
  public ProducerRecord<String, byte[]> onSend(ProducerRecord<String, byte[]> record) {
    String id = header(record.headers(), "ce_id");
    if (!UNDER_WAY.add(record.key())) {
      OVERTAKERS.add(id);
    }
    if (!victims.test(id)) {
      return record;
    }
    return new ProducerRecord<>(
        record.topic(), null, 0L, record.key(), record.value(), record.headers());
  }

  @Override
  public void onAcknowledgement(RecordMetadata metadata, Exception exception, Headers headers) {
    UNDER_WAY.remove(header(headers, "ce_subject"));
  }

  private static String header(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> settings) {
    PRODUCERS.incrementAndGet();
  }
}
