package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.ChunkReader;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.chunk.UnreadableChunkException;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/**
 * Proof that a deleted key is the end of the rows: the very bytes in Kafka, which could be opened
 * before, are still there, and nothing is left that opens them or says what was in them.
 */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ForgottenRowsTest {

  @Inject Stored stored;
  @Inject Ending ending;
  @Inject UploadRepository uploads;
  @Inject ChunkLog log;

  private final Database database = Everything.database();

  @Test
  void withoutItsKeyNothingOpensAChunkAndNoTableKnowsACell() {
    // Given a dry run with the same word in every place where a word can be
    String canary = "canary" + UUID.randomUUID().toString().replace("-", "");
    String key = Tenant.create().fullKey();
    String csv =
        "tax_id,type,suggested_name,country_code,%1$s\n1,person,%1$s,AR,%1$s\n%1$s,person,x,AR,y\n"
            .formatted(canary);
    String job =
        form()
            .idempotencyKey("k")
            .file(canary + ".csv", csv)
            .field("dryRun", "true")
            .field("label", canary)
            .field("attributes", "{\"a\": \"%s\"}".formatted(canary))
            .field("reportRecipientEmails", "[\"%s@example.org\"]".formatted(canary))
            .post("/batch-import/import/entities", key)
            .path("jobId");
    ending.end(job, "completed", 1, "1 3 failed VALIDATION_ERROR");
    stored.update(
        """
        UPDATE import_row_result SET message = ?, value = ?, row_key = ?, cells = jsonb_build_object('a', ?::text)
         WHERE job_id = ?::uuid
        """,
        canary,
        canary,
        canary,
        canary,
        job);
    stored.update(
        """
        INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, job_id, event_type, data)
        SELECT gen_random_uuid(), gen_random_uuid(), organization_id, id, 'io.rowledger.job.completed.v1',
               json_build_object('label', label, 'metadata', json_build_object('fileName', metadata ->> 'fileName'))::text
          FROM import_job WHERE id = ?::uuid
        """,
        job);

    // Then it can be read, but only with its key
    UUID upload = UUID.fromString(stored.job(job).get("upload_id").asText());
    List<ChunkRef> chunks = database.transaction(tx -> uploads.chunks(tx, upload));
    byte[] sealedKey =
        HexFormat.of().parseHex(stored.upload(job).get("sealed_key").asText().substring(2));
    byte[] sealedRows = bytesInKafka(chunks);
    assertThat(stored.chunks(job).toString()).contains(canary);
    assertThat(text(sealedRows)).isNotEmpty().doesNotContain(canary);
    assertThat(EveryTable.with(canary))
        .contains(
            "import_job", "import_row_result", "upload", "idempotency_key", "webhook_delivery");
    assertThat(EveryTable.with(sealedKey)).containsExactly("upload");
    assertThat(text(EveryTable.file("upload"))).contains(text(sealedKey));

    // When
    Tenant.as(key).delete("/batch-import/jobs/{id}/data", job).then().statusCode(200);

    // Then
    assertThat(bytesInKafka(chunks)).as("Kafka keeps what it has").isEqualTo(sealedRows);
    assertThat(EveryTable.with(canary)).isEmpty();
    assertThat(EveryTable.with(sealedKey)).isEmpty();
    assertThatThrownBy(() -> database.transaction(tx -> uploads.key(tx, upload)))
        .isInstanceOf(RowsExpiredException.class);
    try (ChunkReader reader = log.reader(upload, DataKey.random())) {
      assertThatThrownBy(() -> reader.read(chunks.get(0)))
          .isInstanceOf(UnreadableChunkException.class)
          .hasMessageNotContaining(canary);
    }
    EveryTable.rewrite("upload");
    assertThat(text(EveryTable.file("upload")))
        .as("no old version of the row either, once the table is written anew")
        .doesNotContain(text(sealedKey));
  }

  private byte[] bytesInKafka(List<ChunkRef> chunks) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", RowledgerStack.kafka().bootstrapServers());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (ChunkRef chunk : chunks) {
        TopicPartition partition = new TopicPartition("batch-import.rows", chunk.partition());
        consumer.assign(List.of(partition));
        consumer.seek(partition, chunk.offset());
        boolean found = false;
        while (!found) {
          for (var record : consumer.poll(Duration.ofMillis(200))) {
            if (record.offset() == chunk.offset()) {
              found = true;
              all.writeBytes(record.value());
              record.headers().forEach(header -> all.writeBytes(header.value()));
              all.writeBytes(record.key() == null ? new byte[0] : record.key());
            }
          }
        }
      }
    }
    return all.toByteArray();
  }

  /** A character for each byte, so that texts and keys can be looked for. */
  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
