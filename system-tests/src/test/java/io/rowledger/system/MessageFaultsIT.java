package io.rowledger.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages that come twice, in the wrong order or not at all, and some that are none. */
@OnTwoWorkers
@ByFaultRule
class MessageFaultsIT {
  private static final String TICKETS = "batch-import.tickets";
  private static final String[] WORKERS = {"import-worker-1", "import-worker-2"};
  private static final String[] SERVICES = {"api-service", "import-worker-1", "import-worker-2"};
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int COPIES = 20;

  private final Stack stack = Stacks.twoWorkers();
  private final Stack.Tenant tenant = stack.newTenant();

  @Test
  void relayKilledAfterSendBeforeDelete() {
    // Given
    Aftermath.File file = Aftermath.File.flawless("relay");
    String key = UUID.randomUUID().toString();
    String jobId;
    try (FaultPoint point =
        FaultPoint.in(stack, "relay-killed-before-delete", tenant.id(), SERVICES)) {
      // When; it may be the API that relays, and the answer is gone with it
      jobId =
          await("an API answers")
              .atMost(PATIENCE)
              .ignoreException(UncheckedIOException.class)
              .until(
                  () -> tenant.api().upload(Api.TRANSACTIONS, file.csv(), key),
                  answer -> answer.status() == 202)
              .body()
              .path("jobId")
              .asText();
      try (Poller poller = Poller.acrossRestarts(tenant.api(), jobId)) {
        point.awaitDeath();

        // Then
        Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);
      }
    }
    List<String> ids =
        JobEvents.asSent(stack, jobId).stream().map(event -> event.headers().get("ce_id")).toList();
    assertThat(Set.copyOf(ids)).as("an event came twice, with one id").hasSizeLessThan(ids.size());
  }

  @Test
  void duplicateReorderedAndGarbageTickets() {
    // Given one job in the middle of its work, and others that wait for a worker or have ended
    Aftermath.File file = Aftermath.File.mixed("tickets");
    Aftermath.File small = new Aftermath.File("small", 50, true);
    try (FaultPoint point = FaultPoint.in(stack, "held-inside-chunk", tenant.id(), WORKERS);
        Producer<byte[], byte[]> producer = producer()) {
      List<Long> before = workers();
      String jobId = tenant.api().accepted(Api.TRANSACTIONS, file.csv(), Aftermath.EVERY_ROW);
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        point.awaitHeld();
        String other = tenant.api().accepted(Api.TRANSACTIONS, small.csv(), Aftermath.EVERY_ROW);
        long fence = fence(jobId);

        // When
        String garbage = "garbage-" + UUID.randomUUID();
        send(producer, garbage.getBytes(UTF_8));
        send(producer, null);
        send(producer, ticket(garbage));
        send(producer, ticket(UUID.randomUUID().toString()));
        List<String> tickets = new ArrayList<>();
        for (int copy = 0; copy < COPIES; copy++) {
          tickets.add(other);
          tickets.add(jobId);
        }
        Collections.shuffle(tickets, new Random(COPIES));
        tickets.forEach(id -> send(producer, ticket(id)));
        producer.flush();

        // Then the other job has its one run, and nobody touches the one that is held
        JsonNode ended;
        try (Poller others = new Poller(tenant.api(), other)) {
          ended = others.toEnd(PATIENCE);
        }
        Aftermath.assertCompleted(stack, ended, small);
        assertThat(fence(jobId)).isEqualTo(fence);
        point.release();
        Aftermath.assertCompleted(stack, poller.toEnd(PATIENCE), file);

        // And late copies change nothing
        tickets.forEach(id -> send(producer, ticket(id)));
        producer.flush();
        await("garbage is put aside").atMost(PATIENCE).until(() -> deadLettersWith(garbage) == 2);
        assertThat(tenant.api().job(other)).isEqualTo(ended);
        Aftermath.assertCompleted(stack, tenant.api().job(jobId), file);
        assertThat(workers()).as("nobody died of it").isEqualTo(before);
      }
    }
  }

  private long deadLettersWith(String text) {
    return JobEvents.read(stack, "batch-import.dead-letter").stream()
        .filter(record -> record.value() != null && record.value().contains(text))
        .filter(record -> record.headers().lastHeader("dead-letter-reason") != null)
        .count();
  }

  private long fence(String jobId) {
    return stack.table().count("SELECT fence FROM import_job WHERE id = ?", UUID.fromString(jobId));
  }

  private List<Long> workers() {
    return Stream.of(WORKERS).map(stack::pid).toList();
  }

  private Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static byte[] ticket(String jobId) {
    return "{\"version\":1,\"jobId\":\"%s\"}".formatted(jobId).getBytes(UTF_8);
  }

  private static void send(Producer<byte[], byte[]> producer, byte @Nullable [] value) {
    var unused = producer.send(new ProducerRecord<>(TICKETS, value));
  }
}
