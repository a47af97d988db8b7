package io.rowledger.worker.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.core.deadletter.DeadLetterLog;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.RowledgerStack;
import io.rowledger.testkit.WorkerStack;
import io.rowledger.worker.testing.Everything;
import io.rowledger.worker.testing.Imports;
import io.rowledger.worker.testing.Imports.Import;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What was put aside, seen and sent again by an operator. */
@QuarkusTest
@QuarkusTestResource(WorkerStack.class)
class DeadLetterCommandTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Inject DeadLetterCommand command;
  @Inject DeadLetterLog log;
  @Inject Imports imports;
  private final Database database = Everything.database();

  @BeforeAll
  static void schema() {
    Imports.migrate();
  }

  @Test
  void aRecordIsSentBackOnceAsItWas() {
    // Given
    String text = "once-a-ticket-" + UUID.randomUUID();
    ConsumerRecord<byte[], byte[]> source =
        new ConsumerRecord<>(EmbeddedKafkaBroker.TICKETS, 3, 55, null, text.getBytes(UTF_8));
    source.headers().add("mine", "kept".getBytes(UTF_8));
    log.put(source, "not a ticket \u001b[2J", Map.of());
    String line = lineWith("batch-import.tickets-3@55");
    String id = line.split(" ", -1)[0];
    assertThat(line).contains("not a ticket ?[2J").doesNotContain("sent again");

    // When
    String said = run(0, "replay", id);

    // Then
    assertThat(said).contains(id + "  was sent to batch-import.tickets").contains("1 of 1");
    List<ConsumerRecord<byte[], byte[]>> tickets = records(EmbeddedKafkaBroker.TICKETS, text);
    assertThat(tickets).hasSize(1);
    assertThat(tickets.get(0).headers()).extracting(header -> header.key()).containsExactly("mine");
    assertThat(lineWith("batch-import.tickets-3@55")).contains("(sent again ");
    assertThat(run(1, "replay", id)).contains(id + "  was sent again before").contains("0 of 1");
    assertThat(records(EmbeddedKafkaBroker.TICKETS, text)).hasSize(1);
  }

  @Test
  void anEventThatWasRefusedGoesOutWithItsOwnIdsOnce() {
    // Given
    UUID event = UUID.randomUUID();
    UUID job = UUID.randomUUID();
    long id = 9_000_000_000_000L + Math.floorMod(job.hashCode(), 1_000_000);
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO outbox_dead_letter (id, event_id, job_id, organization_id, event_type, job_kind, data, reason)
                VALUES (?, ?, ?, ?, 'io.rowledger.job.completed.v1', 'transaction_batch', '{}', 'too large')
                """,
                id,
                event,
                job,
                UUID.randomUUID()));
    assertThat(lineWith("event-" + id)).contains("completed", job.toString(), "too large");

    // When
    String said = run(0, "replay", "event-" + id);

    // Then
    assertThat(said).contains("is in the outbox again");
    await()
        .atMost(PATIENCE)
        .until(() -> !recordsOf(EmbeddedKafkaBroker.JOB_EVENTS, job.toString()).isEmpty());
    ConsumerRecord<byte[], byte[]> sent =
        recordsOf(EmbeddedKafkaBroker.JOB_EVENTS, job.toString()).get(0);
    assertThat(header(sent, "ce_id")).isEqualTo(event.toString());
    assertThat(header(sent, "ce_sequence")).isEqualTo("%019d".formatted(id));
    assertThat(run(1, "replay", "event-" + id)).contains("is not there, or was sent again before");
  }

  /** Sealed as it is: the letter tells an operator nothing of the rows. */
  @Test
  void aRecordOfRowsThatDoesNotOpenEndsItsJobAndIsPutAsideSealed() {
    // Given two chunks, the first of which is looked for where the second lies
    OrgId organization = imports.organization();
    Import what =
        new Import(
            JobKind.TRANSACTION,
            ErrorHandling.CONTINUE_COLLECT_ERRORS,
            JsonNodeFactory.instance.objectNode(),
            "externalId,type,amount,currency",
            List.of(List.of("secret-1,PAYMENT,1,EUR"), List.of("secret-2,PAYMENT,1,EUR")));
    String misplaced =
        """
        UPDATE upload_chunk c SET record_offset = record_offset + 1
          FROM import_job j WHERE j.upload_id = c.upload_id AND c.chunk_number = 0 AND j.id = ?
        """;

    // When
    JobId job = imports.submit(organization, what, false, misplaced);

    // Then
    JobView ended = imports.ended(organization, job);
    assertThat(ended.status()).isEqualTo(JobStatus.INTERRUPTED);
    assertThat(ended.workerError())
        .isEqualTo(
            "ROWS_EXPIRED: A record with rows does not open: row 2 of file 1 (phase processing).");
    String line = lineWith("job " + job);
    assertThat(line).contains("batch-import.rows-", "chunk 0 of upload", "does not open");
    ConsumerRecord<byte[], byte[]> letter = letterOf(job);
    assertThat(header(letter, "dead-letter-organization"))
        .isEqualTo(organization.value().toString());
    assertThat(header(letter, "dead-letter-topic")).isEqualTo(EmbeddedKafkaBroker.ROWS);
    assertThat(letter.value()).isNotEmpty();
    assertThat(new String(letter.value(), UTF_8)).doesNotContain("secret", "PAYMENT");
    assertThat(run(1, "replay", line.split(" ", -1)[0]))
        .contains("once the cause is mended, retry job " + job);
  }

  @Test
  void rowsWhoseKeyIsGoneEndTheirJob() {
    OrgId organization = imports.organization();
    Import what =
        new Import(
            JobKind.TRANSACTION,
            ErrorHandling.CONTINUE_COLLECT_ERRORS,
            JsonNodeFactory.instance.objectNode(),
            "externalId,type,amount,currency",
            List.of(List.of("gone,PAYMENT,1,EUR")));

    JobId job =
        imports.submit(
            organization,
            what,
            false,
            "UPDATE upload SET sealed_key = NULL WHERE id = (SELECT upload_id FROM import_job WHERE"
                + " id = ?)");

    JobView ended = imports.ended(organization, job);
    assertThat(ended.status()).isEqualTo(JobStatus.INTERRUPTED);
    assertThat(ended.workerError())
        .isEqualTo(
            "ROWS_EXPIRED: The rows can no longer be read: row 2 of file 1 (phase processing).");
  }

  private ConsumerRecord<byte[], byte[]> letterOf(JobId job) {
    return all(EmbeddedKafkaBroker.DEAD_LETTER).stream()
        .filter(record -> record.headers().lastHeader("dead-letter-job") != null)
        .filter(record -> header(record, "dead-letter-job").equals(job.toString()))
        .findFirst()
        .orElseThrow();
  }

  private String lineWith(String words) {
    return run(0, "list").lines().filter(line -> line.contains(words)).findFirst().orElseThrow();
  }

  private String run(int status, String... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    assertThat(command.run(Arguments.parse(Arrays.asList(words)), out)).isEqualTo(status);
    return bytes.toString(UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String topic, String text) {
    return all(topic).stream()
        .filter(record -> record.value() != null && new String(record.value(), UTF_8).equals(text))
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> recordsOf(String topic, String key) {
    return all(topic).stream()
        .filter(record -> record.key() != null && new String(record.key(), UTF_8).equals(key))
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, RowledgerStack.kafka().bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
    }
    return found;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
