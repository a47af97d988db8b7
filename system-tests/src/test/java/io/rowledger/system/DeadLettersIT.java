package io.rowledger.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The command of the worker's jar, as an operator types it. */
class DeadLettersIT {
  private static final String TICKETS = "batch-import.tickets";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Stack stack = Stacks.oneWorker();

  /** What a process said, and how it ended. */
  private record Said(int status, String text) {}

  @Test
  void garbageIsListedAndSentAgain() {
    // Given
    String garbage = "garbage-" + UUID.randomUUID();

    // When; it may come to a partition whose reader was killed by another test and is not missed
    // for 45 seconds
    send(garbage);
    Said listed =
        await("the worker puts it aside")
            .atMost(PATIENCE)
            .until(() -> command("list"), said -> said.text().contains("not a ticket"));

    // Then
    assertThat(listed.status()).isZero();
    List<String> lines = listed.text().lines().filter(line -> line.startsWith("record-")).toList();
    String id = lines.get(lines.size() - 1).split(" ", -1)[0];
    assertThat(lines.get(lines.size() - 1)).contains("  " + TICKETS + "-", "not a ticket");
    Said replayed = command("replay", id);
    assertThat(replayed.text()).contains(id + "  was sent to " + TICKETS, "1 of 1 sent again.");
    assertThat(replayed.status()).isZero();
    // It is garbage still, and comes back as another letter.
    Said again = command("replay", id);
    assertThat(again.text()).contains(id + "  was sent again before");
    assertThat(again.status()).isEqualTo(1);
    assertThat(stack.table().count("SELECT count(*) FROM dead_letter_replay")).isEqualTo(1);
  }

  @Test
  void whatCannotBeMeantIsStatusTwoAndASentence() {
    Said said = command("replay", "17");

    assertThat(said.status()).isEqualTo(2);
    assertThat(said.text()).contains("'17' is no id of a letter", "dead-letters replay --all");
  }

  private void send(String text) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var unused = producer.send(new ProducerRecord<>(TICKETS, text.getBytes(UTF_8)));
      producer.flush();
    }
  }

  private Said command(String... words) {
    List<String> line =
        new ArrayList<>(Packaged.service("import-worker").command(List.of(), "dead-letters"));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    QuickJava.putInto(environment);
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", stack.jdbcUrl());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", stack.kafka());
    environment.put("ROWLEDGER_CRYPTO_MASTER_KEY", stack.masterKey());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Said(process.waitFor(), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
