package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file that is not what its sender meant to send is refused, with what was found instead. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ControlTotalsTest {

  private static final String TRANSACTIONS = "/batch-import/import/transactions";
  private static final String HEADER = "externalId,type,amount,currency,fee\n";
  private static final String CSV =
      HEADER + "t-1,PAYMENT,0.10,USD,\nt-2,PAYMENT,0.20,USD,1\nt-3,PAYMENT,10,USD, \n";
  private static final String SECOND = HEADER + "t-4,PAYMENT,-0.30,USD,x\n";

  @Inject Stored stored;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @Test
  void totalsThatAreRightAreNamedInTheAnswerAndTheJob() {
    // When
    Response answer =
        form()
            .field("expectedRows", "4")
            .field("expectedSha256", sha256(CSV).toUpperCase(Locale.ROOT) + ", " + sha256(SECOND))
            .field("expectedSum", "10.000")
            .field("sumColumn", "Amount")
            .file("1.csv", CSV)
            .file("2.csv", SECOND)
            .post(TRANSACTIONS, key);

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    List<String> names = List.of("expectedRows", "expectedSha256", "expectedSum");
    assertThat(answer.<List<String>>path("controlTotals")).isEqualTo(names);
    assertThat(stored.job(answer.path("jobId")).get("metadata").get("controlTotals"))
        .extracting(name -> name.asText())
        .containsExactlyElementsOf(names);
  }

  @Test
  void digestsMayBeAJsonArray() {
    Response answer =
        form()
            .field("expectedSha256", "[\"" + sha256(CSV) + "\"]")
            .file("1.csv", CSV)
            .post(TRANSACTIONS, key);

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
  }

  @Test
  void everythingThatDiffersIsSaidWithWhatWasFound() {
    // When
    Response answer =
        form()
            .field("expectedRows", "5")
            .field("expectedSha256", "0".repeat(64))
            .field("expectedSum", "10.31")
            .field("sumColumn", "amount")
            .file("1.csv", CSV)
            .post(TRANSACTIONS, key);

    // Then
    assertMismatch(answer);
    assertThat(details(answer))
        .containsEntry("expectedRows", "expected 5, found 3")
        .containsEntry("expectedSha256", "expected " + "0".repeat(64) + ", found " + sha256(CSV))
        .containsEntry("expectedSum", "expected 10.31, found 10.30");
    assertThat(stored.jobs(tenant)).isZero();
  }

  @Test
  void theFileWhoseDigestDiffersIsNamed() {
    Response answer =
        form()
            .field("expectedSha256", sha256(CSV) + "," + sha256(CSV))
            .file("1.csv", CSV)
            .file("2.csv", SECOND)
            .post(TRANSACTIONS, key);

    assertMismatch(answer);
    assertThat(details(answer)).containsOnlyKeys("expectedSha256[1]");
  }

  @Test
  void aColumnIsReadByTheRuleOfTheFieldItFeeds() {
    // Given
    String csv = "id,How much\na,\"1.234,50\"\nb,\"0,50\"\n";
    String mapping =
        """
        {"version": 2, "fields": {"externalId": {"column": "id"}, "type": {"constant": "PAYMENT"},
          "amount": {"column": "How much", "decimal": ","}, "currency": {"constant": "USD"}}}
        """;

    // When
    Response right = sum(csv, mapping, "1235");
    Response wrong = sum(csv, mapping, "1234");

    // Then
    assertThat(right.statusCode()).as(right.asString()).isEqualTo(202);
    assertMismatch(wrong);
    assertThat(details(wrong)).containsEntry("expectedSum", "expected 1234, found 1235.00");
  }

  private Response sum(String csv, String mapping, String sum) {
    return form()
        .field("columnMapping", mapping)
        .field("expectedSum", sum)
        .field("sumColumn", "how_much")
        .file("t.csv", csv)
        .post(TRANSACTIONS, key);
  }

  @Test
  void aCellThatIsNoNumberIsNamedByItsLineAndNotByItsContent() {
    Response answer =
        form()
            .field("expectedSum", "1")
            .field("sumColumn", "fee")
            .file("1.csv", CSV)
            .file("2.csv", SECOND.replace(",x\n", ",confidential\n"))
            .post(TRANSACTIONS, key);

    assertMismatch(answer);
    assertThat(details(answer).get("expectedSum")).contains("row 2 of 2.csv");
    assertThat(answer.asString()).doesNotContain("confidential");
  }

  @Test
  void aColumnThatIsNotThereIsMissing() {
    Response csv =
        form()
            .field("expectedSum", "1")
            .field("sumColumn", "amuont")
            .file("1.csv", CSV)
            .post(TRANSACTIONS, key);
    Response json =
        form()
            .field("expectedSum", "1")
            .field("sumColumn", "amuont")
            .file("1.json", "[{\"externalId\": \"t-1\"}]")
            .post(TRANSACTIONS, key);

    for (Response answer : List.of(csv, json)) {
      assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
      assertThat(answer.<String>path("error.code")).isEqualTo("MISSING_COLUMNS");
    }
    assertThat(csv.asString()).contains("\\\"amount\\\"");
  }

  @Test
  void keysThatOnlyLaterObjectsHaveAreSummedUpExactly() {
    // Given
    String json =
        "[{\"externalId\": \"a\"}, {\"externalId\": \"b\", \"amount\": 0.1},"
            + " {\"amount\": \"0.2\"}, {\"amount\": 1e2}, {\"amount\": null}]";

    // When
    Response answer =
        form()
            .field("expectedSum", "100.3")
            .field("sumColumn", "amount")
            .file("1.json", json)
            .post(TRANSACTIONS, key);

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
  }

  @Test
  void aJsonBodyHasTotalsToo() {
    // Given
    String array = "[ {\"externalId\": \"a\", \"amount\": 1.5} ]";
    String body =
        """
        {"expectedRows": 1, "expectedSum": 1.5, "sumColumn": "amount", "expectedSha256": "%s",
         "transactions": %s}
        """;

    // When
    Response right =
        Form.json("/transactions/batch/background", key, body.formatted(sha256(array), array));
    Response wrong =
        Form.json(
            "/transactions/batch/background",
            key,
            body.formatted(sha256(array), array.replace("1.5", "2.5")));

    // Then
    assertThat(right.statusCode()).as(right.asString()).isEqualTo(202);
    assertMismatch(wrong);
    assertThat(details(wrong)).containsOnlyKeys("expectedSha256", "expectedSum");
  }

  private static Map<String, String> details(Response answer) {
    List<Map<String, String>> details = answer.path("error.details");
    return details.stream()
        .collect(
            java.util.stream.Collectors.toMap(
                detail -> detail.get("field"), detail -> detail.get("message")));
  }

  private static void assertMismatch(Response answer) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
    assertThat(answer.<String>path("error.code")).isEqualTo("CONTROL_TOTAL_MISMATCH");
  }

  private static String sha256(String text) {
    return java.util.HexFormat.of().formatHex(RequestDigest.sha256().digest(text.getBytes(UTF_8)));
  }
}
