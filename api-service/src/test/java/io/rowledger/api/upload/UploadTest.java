package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class UploadTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ALIAS = "/transactions/batch/upload";
  private static final String ENTITIES = "/batch-import/import/entities";

  private static final String CSV =
      """
      externalId,type,amount,currency,Colour
      t-1,PAYMENT,10.50,USD,red
      t-2,REFUND,0.01,EUR,blue
      """;

  private static final String MAPPING_V2 =
      """
      {"version": 2, "fields": {
        "externalId": {"template": "{Id}-{#row}"},
        "type": {"constant": "PAYMENT"},
        "amount": {"column": "How much", "decimal": ","},
        "currency": {"constant": "USD"}}}
      """;

  @Inject Stored stored;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @ParameterizedTest
  @ValueSource(strings = {TRANSACTIONS, ALIAS})
  void theAnswerIsTheWholeContract(String route) {
    // When
    Response answer = form().file("t.csv", CSV).post(route, key);

    // Then
    String jobId = accepted(answer);
    assertThat(body(answer))
        .isEqualTo(
            Stored.read(
                """
                {"success": true, "jobId": "%s", "kind": "transaction_batch", "status": "queued",
                 "totalItems": 2, "fileCount": 1, "message": "2 rows are queued.",
                 "interpretation": [{
                   "fileName": "t.csv", "format": "csv", "compression": null,
                   "encoding": "UTF-8", "delimiter": ",",
                   "quote": "\\"", "sheet": null, "headerLine": 1, "rows": 2,
                   "columns": {"externalId": "externalId", "type": "type", "amount": "amount",
                               "currency": "currency"},
                   "columnsIgnored": ["Colour"], "times": {},
                   "sha256": "%s",
                   "warnings": [
                     "No field reads these columns, and they were ignored: \\"Colour\\"."],
                   "sampleRows": [["t-1", "PAYMENT", "10.50", "USD", "red"],
                                  ["t-2", "REFUND", "0.01", "EUR", "blue"]]}]}
                """
                    .formatted(jobId, sha256(CSV))));
    assertThat(answer.header("Location")).endsWith("/batch-import/jobs/" + jobId);
    assertThat(answer.header("Retry-After")).isEqualTo("2");
    assertThat(answer.contentType()).startsWith("application/json");
    Tenant.as(key).get("/batch-import/jobs/" + jobId).then().statusCode(200);
  }

  @Test
  void theJobIsStoredWithoutAnyCell() {
    // When
    String jobId =
        accepted(
            form()
                .file("t.csv", CSV)
                .field("batchErrorHandling", "continue_collect_errors")
                .field("skipDuplicates", "false")
                .post(TRANSACTIONS, key));

    // Then
    JsonNode job = stored.job(jobId);
    assertThat(job.get("organization_id").asText()).isEqualTo(tenant.id());
    assertThat(job.get("status").asText()).isEqualTo("queued");
    assertThat(job.get("phase").asText()).isEqualTo("queued");
    assertThat(job.get("total_items").asInt()).isEqualTo(2);
    assertThat(job.get("chunk_count").asInt()).isEqualTo(1);
    assertThat(job.get("error_handling").asText()).isEqualTo("continue_collect_errors");
    assertThat(job.get("options").get("skipDuplicates").asBoolean()).isFalse();
    assertThat(job.get("created_by").asText()).isEqualTo("a key");
    JsonNode metadata = job.get("metadata");
    assertThat(metadata.get("fileName").asText()).isEqualTo("t.csv");
    assertThat(metadata.get("interpretation").get(0).get("rows").asInt()).isEqualTo(2);
    assertThat(metadata.get("interpretation").get(0).has("sampleRows")).isFalse();
    assertThat(job.toString()).doesNotContain("10.50", "t-1", "blue");
    JsonNode upload = stored.upload(jobId);
    assertThat(upload.get("interpretation")).isEqualTo(metadata.get("interpretation"));
    assertThat(upload.get("topic").asText()).isEqualTo(EmbeddedKafkaBroker.ROWS);
    assertThat(upload.get("sealed_key").asText()).isNotBlank();
  }

  @Test
  void everyRowIsInKafka() {
    String jobId = accepted(form().file("t.csv", CSV).post(TRANSACTIONS, key));

    Chunk chunk = only(stored.chunks(jobId));
    assertThat(chunk.fileNumber()).isEqualTo(1);
    assertThat(chunk.format()).isEqualTo(CellFormat.TEXT);
    assertThat(chunk.columns())
        .containsExactly("externalId", "type", "amount", "currency", "Colour");
    assertThat(chunk.rows())
        .containsExactly(
            RawRow.of(2, List.of("t-1", "PAYMENT", "10.50", "USD", "red")),
            RawRow.of(3, List.of("t-2", "REFUND", "0.01", "EUR", "blue")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"field", "typed field", "file"})
  void theMappingMayComeInAnyWayAndAfterTheFile(String how) {
    // Given
    String csv = "Id;How much\na;1,50\nb;2,00\n";
    Form form = form().file("m.csv", csv);
    switch (how) {
      case "field" -> form.field("columnMapping", MAPPING_V2);
      case "typed field" -> form.typedField("columnMapping", "application/json", MAPPING_V2);
      default ->
          form.filePart(
              "columnMapping", "mapping.json", "application/json", MAPPING_V2.getBytes(UTF_8));
    }

    // When
    Response answer = form.post(TRANSACTIONS, key);

    // Then
    String jobId = accepted(answer);
    assertThat(body(answer).at("/interpretation/0/delimiter").asText()).isEqualTo(";");
    assertThat(body(answer).at("/interpretation/0/columns"))
        .isEqualTo(Stored.read("{\"Id\": \"externalId\", \"How much\": \"amount\"}"));
    assertThat(stored.job(jobId).at("/mapping").toString()).contains("How much", "{Id}-{#row}");
  }

  @Test
  void aMappingOfVersionOneIsTaken() {
    Response answer =
        form()
            .field(
                "columnMapping",
                """
                {"Id": "externalId", "Kind": "type", "Sum": "amount", "Cur": "currency", "X": null}
                """)
            .file("m.csv", "Id,Kind,Sum,Cur,X\na,PAYMENT,1,USD,z\n")
            .post(TRANSACTIONS, key);

    accepted(answer);
    assertThat(body(answer).at("/interpretation/0/columns"))
        .isEqualTo(
            Stored.read(
                """
                {"Id": "externalId", "Kind": "type", "Sum": "amount", "Cur": "currency"}
                """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"externalId\": \"a\", \"amount\": 1.50}, {\"externalId\": \"b\", \"amount\": 2}]",
        "{\"transactions\": [{\"externalId\": \"a\", \"amount\": 1.50}, {\"externalId\": \"b\"}]}",
      })
  void aJsonArrayIsTaken(String json) {
    Response answer = form().file("t.json", json).post(TRANSACTIONS, key);

    String jobId = accepted(answer);
    assertThat(body(answer).at("/interpretation/0/format").asText()).isEqualTo("json");
    assertThat(body(answer).at("/interpretation/0/delimiter").isNull()).isTrue();
    assertThat(body(answer).at("/totalItems").asInt()).isEqualTo(2);
    Chunk chunk = only(stored.chunks(jobId));
    assertThat(chunk.format()).isEqualTo(CellFormat.JSON);
    assertThat(chunk.rows()).extracting(RawRow::rowNumber).containsExactly(1, 2);
    assertThat(chunk.rows().get(0).cells()).containsExactly("a", "1.50");
  }

  @Test
  void linesOfJsonAreTaken() {
    Response answer =
        form()
            .file("t.ndjson", "{\"externalId\": \"a\"}\n{\"externalId\": \"b\"}\n")
            .post(TRANSACTIONS, key);

    accepted(answer);
    assertThat(body(answer).at("/interpretation/0/format").asText()).isEqualTo("ndjson");
    assertThat(body(answer).at("/totalItems").asInt()).isEqualTo(2);
  }

  @Test
  void aWorkbookIsTaken() {
    // Given
    byte[] book =
        Books.book(
            "Payments",
            List.of("externalId", "type", "amount", "currency", "transactedAt"),
            List.of("007", "PAYMENT", 10.5, "USD", LocalDateTime.of(2024, 2, 29, 13, 45, 0)));

    // When
    Response answer = form().file("t.xlsx", book).post(TRANSACTIONS, key);

    // Then
    String jobId = accepted(answer);
    JsonNode read = body(answer).at("/interpretation/0");
    assertThat(read)
        .isEqualTo(
            Stored.read(
                """
                {"fileName": "t.xlsx", "format": "xlsx", "compression": null, "encoding": null,
                 "delimiter": null, "quote": null, "sheet": "Payments", "headerLine": 1, "rows": 1,
                 "columns": {"externalId": "externalId", "type": "type", "amount": "amount",
                             "currency": "currency", "transactedAt": "transactedAt"},
                 "columnsIgnored": [],
                 "times": {"transactedAt": {"format": "ISO 8601", "zone": "UTC"}},
                 "sha256": "%s", "warnings": [],
                 "sampleRows": [["007", "PAYMENT", "10.5", "USD", "2024-02-29T13:45:00"]]}
                """
                    .formatted(sha256(book))));
    Chunk chunk = only(stored.chunks(jobId));
    assertThat(chunk.format()).isEqualTo(CellFormat.TEXT);
    assertThat(chunk.rows())
        .containsExactly(
            RawRow.of(2, List.of("007", "PAYMENT", "10.5", "USD", "2024-02-29T13:45:00")));
  }

  @Test
  void aSheetOfAWorkbookCanBeNamed() {
    byte[] book =
        Books.book(
            "Clients",
            List.of("tax_id", "type", "suggested_name", "country_code"),
            List.of("11144477735", "person", "Ana", "BR"));

    for (String sheet : List.of("Clients", "1")) {
      Response answer = form().field("sheet", sheet).file("e.xlsx", book).post(ENTITIES, key);

      accepted(answer);
      assertThat(body(answer).at("/interpretation/0/sheet").asText()).isEqualTo("Clients");
      assertThat(body(answer).at("/interpretation/0/warnings")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t.csv.gz", "t.bin"})
  void aGzipFileIsTaken(String name) {
    byte[] packed = Books.gzip(CSV.getBytes(UTF_8));

    Response answer = form().file(name, packed).post(TRANSACTIONS, key);

    String jobId = accepted(answer);
    JsonNode read = body(answer).at("/interpretation/0");
    assertThat(read.get("format").asText()).isEqualTo("csv");
    assertThat(read.get("compression").asText()).isEqualTo("gzip");
    assertThat(read.get("sha256").asText()).isEqualTo(sha256(packed));
    assertThat(only(stored.chunks(jobId)).rows()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void utf16IsTaken(String charset) {
    String csv = "tax_id;type;suggested_name;country_code\r\n11144477735;person;José 😀;BR\r\n";
    byte[] bytes = ("\uFEFF" + csv).getBytes(Charset.forName(charset));

    Response answer = form().file("e.csv", bytes).post(ENTITIES, key);

    accepted(answer);
    JsonNode read = body(answer).at("/interpretation/0");
    assertThat(read.get("encoding").asText()).isEqualTo(charset);
    assertThat(read.get("delimiter").asText()).isEqualTo(";");
    assertThat(read.at("/sampleRows/0/2").asText()).isEqualTo("José 😀");
  }

  @Test
  void aSheetOfAFileWithoutSheetsIsAWarning() {
    Response answer = form().field("sheet", "2").file("t.csv", CSV).post(TRANSACTIONS, key);

    accepted(answer);
    assertThat(body(answer).at("/interpretation/0/warnings").toString())
        .contains("sheet is for workbooks");
  }

  @Test
  void namesThatCannotBeStoredAreRepaired() {
    Response answer =
        form()
            .file("t.json", "{\"a\\u0000b\\ud800\": 1, \"items\": [{\"externalId\": \"a\"}]}")
            .post(TRANSACTIONS, key);

    accepted(answer);
    assertThat(body(answer).at("/interpretation/0/warnings/0").asText()).contains("a\uFFFDb\uFFFD");
  }

  @Test
  void severalFilesAreOneJob() {
    // When
    Response answer =
        form()
            .file("one.csv", CSV)
            .file("two.json", "[{\"externalId\": \"c\"}]")
            .post(TRANSACTIONS, key);

    // Then
    String jobId = accepted(answer);
    JsonNode body = body(answer);
    assertThat(body.get("totalItems").asInt()).isEqualTo(3);
    assertThat(body.get("fileCount").asInt()).isEqualTo(2);
    assertThat(body.at("/interpretation/0/fileName").asText()).isEqualTo("one.csv");
    assertThat(body.at("/interpretation/1/fileName").asText()).isEqualTo("two.json");
    assertThat(stored.chunks(jobId)).extracting(Chunk::fileNumber).containsExactly(1, 2);
    assertThat(stored.job(jobId).at("/metadata/fileCount").asInt()).isEqualTo(2);
  }

  @Test
  void entitiesSayTheirImportMode() {
    // Given
    String csv =
        """
        tax_id,type,suggested_name,country_code,attributes.tier
        11144477735,person,Ana,BR,gold
        """;

    // When
    Response answer =
        form()
            .field("entityImportMode", "manual_no_enrichment")
            .field("reportRecipientEmails", "[\"someone@example.com\"]")
            .file("e.csv", csv)
            .field("depth", "5")
            .post(ENTITIES, key);

    // Then
    String jobId = accepted(answer);
    JsonNode body = body(answer);
    assertThat(body.get("kind").asText()).isEqualTo("entity_automatic");
    assertThat(body.get("importMode").asText()).isEqualTo("manual");
    assertThat(body.get("message").asText()).isEqualTo("1 row is queued.");
    assertThat(body.at("/interpretation/0/columns"))
        .isEqualTo(
            Stored.read(
                """
                {"tax_id": "taxId", "type": "type", "suggested_name": "name",
                 "country_code": "countryCode", "attributes.tier": "attributes.tier"}
                """));
    JsonNode job = stored.job(jobId);
    assertThat(job.at("/metadata/importMode").asText()).isEqualTo("manual");
    assertThat(job.at("/metadata/options/depth").asInt()).isEqualTo(5);
    assertThat(job.at("/options/reportRecipientEmails/0").asText())
        .isEqualTo("someone@example.com");
    assertThat(Tenant.as(key).get("/batch-import/jobs/" + jobId).asString())
        .as("addresses are never echoed")
        .doesNotContain("someone");
  }

  @Test
  void whoAsksForAMailThatCannotBeSentIsWarned() {
    String csv = "tax_id,type,suggested_name,country_code\n11144477735,person,Ana,BR\n";

    Response asked =
        form()
            .field("reportRecipientEmails", "[\"someone@example.com\"]")
            .file("e.csv", csv)
            .post(ENTITIES, key);
    Response not = form().file("e.csv", csv).post(ENTITIES, key);

    accepted(asked);
    assertThat(body(asked).at("/interpretation/0/warnings/0").asText())
        .startsWith("reportRecipientEmails: mail is not set up here");
    accepted(not);
    assertThat(body(not).at("/interpretation/0/warnings")).isEmpty();
  }

  @Test
  void automaticModeIsForThoseWhoHaveTheFeature() {
    stored.update(
        "UPDATE organization SET features = ARRAY['entities_automatic'] WHERE id = ?::uuid",
        tenant.id());

    Response answer =
        form()
            .field("entityImportMode", "automatic_enriched")
            .file("e.csv", "tax_id,type,country_code\n11144477735,person,BR\n")
            .post(ENTITIES, key);

    accepted(answer);
    assertThat(body(answer).get("importMode").asText()).isEqualTo("automatic");
  }

  @Test
  void aFieldNobodyKnowsIsAWarning() {
    Response answer =
        form()
            .field("colour", "crimson")
            .file("t.csv", CSV)
            .field("x", "1")
            .post(TRANSACTIONS, key);

    accepted(answer);
    assertThat(body(answer).at("/interpretation/0/warnings").toString())
        .contains("colour", "\\\"x\\\"")
        .doesNotContain("crimson");
  }

  /** A form above every default limit: of a body, of a form attribute, of a text in memory. */
  @ParameterizedTest
  @ValueSource(ints = {3 << 19, 21 << 20})
  void aLargeFileIsTaken(int bytes) {
    // Given
    StringBuilder csv = new StringBuilder("externalId,type,amount,currency,description\n");
    String description = "d".repeat(3900);
    int rows = 0;
    while (csv.length() < bytes) {
      csv.append("t-").append(++rows).append(",PAYMENT,1,USD,").append(description).append('\n');
    }

    // When
    Response answer = form().file("large.csv", csv.toString()).post(TRANSACTIONS, key);

    // Then
    String jobId = accepted(answer);
    assertThat(body(answer).get("totalItems").asInt()).isEqualTo(rows);
    assertThat(stored.chunks(jobId).stream().mapToInt(chunk -> chunk.rows().size()).sum())
        .isEqualTo(rows);
  }

  @Test
  void theWorldIsToldThatAJobWaits() {
    // When
    String jobId = accepted(form().file("t.csv", CSV).post(TRANSACTIONS, key));

    // Then
    ConsumerRecord<String, byte[]> event = only(eventsOf(jobId));
    assertThat(header(event, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(event, "ce_type")).isEqualTo("io.rowledger.job.queued.v1");
    assertThat(header(event, "ce_subject")).isEqualTo(jobId);
    assertThat(header(event, "ce_organizationid")).isEqualTo(tenant.id());
    assertThat(header(event, "ce_jobkind")).isEqualTo("transaction_batch");
    assertThat(header(event, "ce_dryrun")).isEqualTo("false");
    assertThat(header(event, "ce_id")).isNotBlank();
    assertThat(header(event, "ce_source")).isNotBlank();
    assertThat(header(event, "ce_time"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z");
    assertThat(header(event, "ce_sequence")).matches("\\d{19}");
    assertThat(header(event, "content-type")).startsWith("application/json");
    JsonNode data = Stored.read(new String(event.value(), UTF_8));
    assertThat(data.get("jobId").asText()).isEqualTo(jobId);
    assertThat(data.get("status").asText()).isEqualTo("queued");
    assertThat(data.get("metadata"))
        .isEqualTo(Stored.read("{\"fileName\": \"t.csv\", \"fileCount\": 1}"));
  }

  private static List<ConsumerRecord<String, byte[]>> eventsOf(String jobId) {
    Map<String, Object> settings =
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, RowledgerStack.kafka().bootstrapServers());
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(EmbeddedKafkaBroker.JOB_EVENTS).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          if (jobId.equals(record.key())) {
                            found.add(record);
                          }
                        });
                return !found.isEmpty();
              });
    }
    return found;
  }

  private static String header(ConsumerRecord<String, byte[]> event, String name) {
    return new String(event.headers().lastHeader(name).value(), UTF_8);
  }

  private static String accepted(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }

  private static ObjectNode body(Response answer) {
    return (ObjectNode) Stored.read(answer.asString());
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }

  private static String sha256(String text) {
    return sha256(text.getBytes(UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
