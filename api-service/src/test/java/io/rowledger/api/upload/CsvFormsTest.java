package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static io.rowledger.api.upload.RetryTest.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.row.RawRow;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The CSV of failures in the caller's own columns, and what becomes of it when it is sent again.
 */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class CsvFormsTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String ENTITIES = "/batch-import/import/entities";

  private static final String HARD =
      """
      Note;externalId;type;amount;currency;;"Odd, name"
      x;a;PAYMENT;1;USD;;
      "one; two, ""three""
      four";b;PAYMENT;ten;USD;no name;  spaces\t
      =1+1;c;PAYMENT;-5;USD;;'
      ;;;;;;
      é€𝄞;d;PAYMENT;4;USD;;z
      """;

  @Inject Stored stored;
  @Inject Ending ending;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void whatIsSentAgainReadsBackEqual() {
    // Given two files, and failures in the second
    String job = id(form().file("1.csv", HARD).file("2.csv", HARD).post(TRANSACTIONS, key));
    Chunk before = stored.chunks(job).get(1);
    ending.end(
        job,
        "completed",
        5,
        "1 2 failed VALIDATION_ERROR",
        "2 3 failed VALIDATION_ERROR",
        "2 5 failed VALIDATION_ERROR",
        "2 6 failed VALIDATION_ERROR",
        "2 7 failed VALIDATION_ERROR");

    // When
    Response file = csv(job, "format=resubmit&file=2");
    String again =
        id(
            form()
                .file("again.csv", file.asByteArray())
                .field("retryOf", job)
                .post(TRANSACTIONS, key));

    // Then
    assertThat(file.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"resubmit-" + job + "-2.csv\"");
    assertThat(file.contentType()).isEqualToIgnoringCase("text/csv;charset=UTF-8");
    Chunk after = stored.chunks(again).get(0);
    assertThat(after.columns().subList(0, 7)).isEqualTo(before.columns());
    assertThat(after.columns().subList(7, 11))
        .containsExactly("_row", "_code", "_column", "_message");
    assertThat(after.rows()).hasSize(4);
    for (int i = 0; i < 4; i++) {
      RawRow was = before.rows().get(i + 1);
      List<String> cells = after.rows().get(i).cells();
      assertThat(cells.subList(0, 7)).isEqualTo(was.cells());
      assertThat(cells.subList(7, 11))
          .containsExactly(
              Integer.toString(was.rowNumber()),
              "VALIDATION_ERROR",
              "amount",
              "What is \"wrong\", precisely");
      assertThat(after.rows().get(i).malformed()).isNull();
    }
    // The numbers of the new file; the second row still has a line end in its first cell.
    assertThat(after.rows()).extracting(RawRow::rowNumber).containsExactly(2, 4, 5, 6);
    assertThat(stored.job(again).at("/metadata/interpretation/0/columnsIgnored").toString())
        .doesNotContain("_row", "_message");
    assertThat(stored.job(again).at("/metadata/interpretation/0/warnings").toString())
        .doesNotContain("_row");
  }

  @Test
  void aRowKeepsTheNumberOfItsFirstFile() {
    // Given a file that was sent again and failed again
    String job =
        id(
            form()
                .file(
                    "t.csv",
                    "externalId,_row,_code,_column,_message\na,70,X,x,x\nb,80,X,x,x\nc,,X,x,x\n")
                .field("columnMapping", constants())
                .post(TRANSACTIONS, key));
    ending.end(job, "completed", 1, "1 3 failed PROCESSING_ERROR", "1 4 failed PROCESSING_ERROR");

    // When
    String file = csv(job, "format=resubmit").asString();

    // Then
    assertThat(file.lines())
        .containsExactly(
            "\"externalId\",\"_row\",\"_code\",\"_column\",\"_message\"",
            "\"b\",\"80\",\"PROCESSING_ERROR\",\"amount\",\"What is \"\"wrong\"\", precisely\"",
            "\"c\",\"4\",\"PROCESSING_ERROR\",\"amount\",\"What is \"\"wrong\"\", precisely\"");
  }

  @Test
  void aMalformedRowStaysMalformedUntilItIsCorrected() {
    // Given
    String job =
        id(
            form()
                .file("t.csv", "externalId,type,amount,currency\na,PAYMENT,1,000,USD\nb,PAYMENT\n")
                .field("batchErrorHandling", "continue_collect_errors")
                .post(TRANSACTIONS, key));
    ending.end(job, "completed", 0, "1 2 failed MALFORMED_ROW", "1 3 failed MALFORMED_ROW");

    // When
    byte[] file = csv(job, "format=resubmit").asByteArray();
    String again = id(form().file("t.csv", file).post(TRANSACTIONS, key));

    // Then
    List<RawRow> rows = stored.chunks(again).get(0).rows();
    assertThat(rows).extracting(RawRow::malformed).doesNotContainNull();
    assertThat(rows.get(0).cells())
        .startsWith("a", "PAYMENT", "1", "000", "2", "MALFORMED_ROW")
        .endsWith("USD");
    assertThat(rows.get(1).cells()).startsWith("b", "PAYMENT", "", "", "3", "MALFORMED_ROW");
  }

  @Test
  void membersOfJsonAreColumns() {
    String job =
        id(
            form()
                .file(
                    "t.json",
                    """
                    [{"externalId": "a", "amount": 1.50},
                     {"amount": 1e2, "metadata": {"k": [1, "x"]}, "externalId": "b", "isNull": null}]
                    """)
                .field("batchErrorHandling", "continue_collect_errors")
                .post(TRANSACTIONS, key));
    ending.end(job, "completed", 1, "1 2 failed VALIDATION_ERROR");

    assertThat(csv(job, "format=resubmit&file=1").asString().lines().map(CsvFormsTest::start))
        .containsExactly(
            "\"externalId\",\"amount\",\"metadata\",\"isNull\",\"_row\"",
            "\"b\",\"1e2\",\"{\"\"k\"\":[1,\"\"x\"\"]}\",,\"2\"");
  }

  private static String start(String line) {
    int end = Math.max(line.indexOf(",\"_code\""), line.indexOf(",\"VALIDATION_ERROR\""));
    return line.substring(0, end);
  }

  @Test
  void fullHasEveryRowWithItsOutcome() {
    // Given
    String job =
        id(
            form()
                .file("t.csv", "externalId,extra\na,1\nb,2\nc,3\nd,4\n")
                .field("columnMapping", constants())
                .post(TRANSACTIONS, key));
    ending.end(
        job,
        "cancelled",
        1,
        "1 2 skipped SKIPPED_DUPLICATE_EXTERNAL_ID",
        "1 4 failed PROCESSING_ERROR");

    // When
    Response file = csv(job, "format=full");

    // Then
    String message = "\"What is \"\"wrong\"\", precisely\"";
    assertThat(file.header("Content-Disposition")).contains("rows-" + job + "-1.csv");
    assertThat(file.asString())
        .isEqualTo(
            """
            "externalId","extra","_outcome","_code","_message"
            "a","1","skipped","SKIPPED_DUPLICATE_EXTERNAL_ID",%s
            "b","2","succeeded",,
            "c","3","failed","PROCESSING_ERROR",%s
            "d","4","unprocessed",,
            """
                .formatted(message, message)
                .replace("\n", "\r\n"));
  }

  @Test
  void fullOfAJobThatWasNotBegunHasOnlyUnprocessedRows() {
    String job = id(form().file("t.csv", HARD).post(TRANSACTIONS, key));

    String file = csv(job, "format=full").asString();

    assertThat(file.split("\"unprocessed\"", -1)).hasSize(6);
    assertThat(csv(job, "format=resubmit").asString().lines()).hasSize(1);
  }

  @Test
  void forExcelNothingIsAFormula() {
    // Given
    String job =
        id(
            form()
                .file("t.csv", "externalId,a,b,c,d,e\n=1,+2,-3,@4,\"\t5\",6=\n")
                .field("columnMapping", constants())
                .post(TRANSACTIONS, key));
    ending.end(job, "completed", 0, "1 2 failed PROCESSING_ERROR");
    stored.update("UPDATE import_row_result SET row_key = '=cmd' WHERE job_id = ?::uuid", job);

    // Then
    assertThat(csv(job, "format=resubmit").asString())
        .contains("\"=1\",\"+2\",\"-3\",\"@4\",\"\t5\",\"6=\"")
        .startsWith("\"externalId\"");
    byte[] excel = csv(job, "format=resubmit&excel=true").asByteArray();
    assertThat(new String(excel, UTF_8))
        .startsWith("\uFEFF\"externalId\"")
        .contains("\"'=1\",\"'+2\",\"'-3\",\"'@4\",\"'\t5\",\"6=\"");
    assertThat(new String(csv(job, "excel=true").asByteArray(), UTF_8))
        .startsWith("\uFEFFexternal_id,code,error\r\n'=cmd,PROCESSING_ERROR");
    assertThat(csv(job, "excel=false").asString())
        .startsWith("external_id,code,error\r\n=cmd,PROCESSING_ERROR");
  }

  @Test
  void theCarriageReturnIsHarmlessToo() {
    String job =
        id(
            form()
                .file("e.csv", "tax_id,type,suggested_name,country_code\n\"\r=1\",person,A,AR\n")
                .post(ENTITIES, key));
    ending.end(job, "completed", 0, "1 2 failed VALIDATION_ERROR");

    Response file =
        Tenant.as(key)
            .get("/batch-import/entity-jobs/{id}/failures.csv?format=full&excel=true", job);

    assertThat(file.asString()).contains("\"'\r=1\"");
    assertThat(
            Tenant.as(key)
                .get("/entities/automatic/bulk/imports/{id}/failures.csv?format=resubmit", job)
                .asString())
        .contains("\"\r=1\"");
  }

  @ParameterizedTest
  @CsvSource({
    "format=xml, format",
    "format=FULL, format",
    "format=full&file=0, file",
    "format=full&file=2, file",
    "format=resubmit&file=99999999999999, file",
    "format=resubmit&file=one, file",
    "file=1, file",
    "excel=yes, excel",
  })
  void aQueryThatCannotBeMeantIs400(String query, String field) {
    String job = id(form().file("t.csv", HARD).post(TRANSACTIONS, key));

    Response answer = get(key, job, query);

    assertRefused(answer, 400, "VALIDATION_ERROR", field);
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly(field);
  }

  @Test
  void wholeRowsAreForThoseWhoMayImportTheirKind() {
    String job = id(form().file("t.csv", HARD).post(TRANSACTIONS, key));
    String other = tenant.key("entities:bulk_import", "events:create");

    assertRefused(get(other, job, "format=resubmit"), 403, "FORBIDDEN", "transactions:create");
    assertRefused(get(other, job, "format=full"), 403, "FORBIDDEN", "transactions:create");
    assertThat(get(other, job, "excel=true").statusCode()).isEqualTo(200);
  }

  /** Everything but the external id is the same in all rows. */
  private static String constants() {
    return """
        {"version": 2, "fields": {"externalId": {"column": "externalId"},
          "type": {"constant": "PAYMENT"}, "amount": {"constant": "1"},
          "currency": {"constant": "USD"}}}
        """;
  }

  private Response csv(String jobId, String query) {
    Response answer = get(key, jobId, query);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer;
  }

  private static Response get(String as, String jobId, String query) {
    return Tenant.as(as).get("/batch-import/transaction-jobs/" + jobId + "/failures.csv?" + query);
  }

  private static String id(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("jobId");
  }
}
