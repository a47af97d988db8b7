package io.rowledger.api.upload;

import static io.rowledger.api.upload.Form.form;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The times of several files follow each other, when the caller says that they do. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class ValidateGapTest {

  private static final String ROUTE = "/transactions/batch/upload";
  private static final String VALIDATE = ROUTE + "?validateGap=true";
  private static final String JANUARY = file("2026-01-31T10:00:00Z", "2026-01-01T00:00:00Z");
  private static final String FEBRUARY = file("2026-02-01T00:00:00Z", "2026-02-28T23:59:59Z");

  @Inject Stored stored;
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @ParameterizedTest
  @ValueSource(strings = {VALIDATE, "/batch-import/import/transactions?validateGap=true"})
  void filesThatFollowEachOtherAreAccepted(String route) {
    Response answer = form().file("jan.csv", JANUARY).file("feb.csv", FEBRUARY).post(route, key);

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
  }

  @Test
  void filesInTheWrongOrderAreRefusedWithTheirRanges() {
    Response answer = form().file("feb.csv", FEBRUARY).file("jan.csv", JANUARY).post(VALIDATE, key);

    assertRefused(
        answer,
        "feb.csv (2026-02-01T00:00:00.000Z to 2026-02-28T23:59:59.000Z)",
        "jan.csv (2026-01-01T00:00:00.000Z to 2026-01-31T10:00:00.000Z)");
  }

  @Test
  void aTimeThatIsInTwoFilesIsAnOverlap() {
    String second = file("2026-01-31T10:00:00Z", "2026-02-02T00:00:00Z");

    Response answer = form().file("1.csv", JANUARY).file("2.csv", second).post(VALIDATE, key);

    assertRefused(answer, "1.csv", "2.csv");
  }

  @Test
  void aRowWithoutATimeIsNamed() {
    Response answer =
        form()
            .file("1.csv", JANUARY)
            .file("2.csv", FEBRUARY + "t,PAYMENT,1,USD,\n")
            .post(VALIDATE, key);

    assertRefused(answer, "Row 4 of 2.csv");
  }

  @Test
  void timesAreReadByTheMapping() {
    // Given
    String mapping =
        """
        {"version": 2, "fields": {"externalId": {"column": "id"}, "type": {"constant": "PAYMENT"},
          "amount": {"column": "amount"}, "currency": {"constant": "USD"},
          "transactedAt": {"columns": ["day", "time"], "join": " ", "format": "dd/MM/yyyy HH:mm",
                           "zone": "America/Sao_Paulo"}}}
        """;
    String first = "id,amount,day,time\na,1,03/02/2026,23:59\n";
    String second = "id,amount,day,time\nb,1,04/01/2026,00:00\n";

    // When
    Response right =
        form()
            .field("columnMapping", mapping)
            .file("1.csv", second)
            .file("2.csv", first)
            .post(VALIDATE, key);
    Response wrong =
        form()
            .field("columnMapping", mapping)
            .file("1.csv", first)
            .file("2.csv", second)
            .post(VALIDATE, key);

    // Then
    assertThat(right.statusCode()).as(right.asString()).isEqualTo(202);
    assertThat(wrong.statusCode()).as(wrong.asString()).isEqualTo(400);
    assertThat(wrong.asString()).contains("2026-02-04T02:59:00.000Z");
  }

  @Test
  void jsonFilesAreCheckedToo() {
    String first = "[{\"externalId\": \"a\", \"transactedAt\": \"2026-01-01T00:00:00Z\"}]";
    String second =
        "[{\"transactedAt\": \"2026-01-02T00:00:00Z\", \"externalId\": \"a\"}, {\"externalId\": 1}]";

    Response answer = form().file("1.json", first).file("2.json", second).post(VALIDATE, key);

    assertRefused(answer, "Row 2 of 2.json");
  }

  @Test
  void withoutTheParameterNothingIsChecked() {
    Response answer = form().file("feb.csv", FEBRUARY).file("jan.csv", JANUARY).post(ROUTE, key);

    assertThat(answer.statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRUE", "1", "yes"})
  void theParameterIsTrueOrFalse(String value) {
    Response answer = form().file("jan.csv", JANUARY).post(ROUTE + "?validateGap=" + value, key);

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
    assertThat(answer.<String>path("error.details[0].field")).isEqualTo("validateGap");
  }

  private void assertRefused(Response answer, String... places) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.<String>path("detail")).contains(places);
    assertThat(stored.jobs(tenant)).isZero();
  }

  private static String file(String... times) {
    StringBuilder csv = new StringBuilder("externalId,type,amount,currency,transactedAt\n");
    for (String time : times) {
      csv.append("t-").append(time).append(",PAYMENT,1,USD,").append(time).append('\n');
    }
    return csv.toString();
  }
}
