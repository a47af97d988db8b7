package io.rowledger.worker.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.testing.WorkerDatabase;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL reads out of the bytes is what went in. */
class CopyRowsTest {

  private final Database database = WorkerDatabase.database();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "0E-18",
        "1",
        "0.1",
        "0.10",
        "10000",
        "9999",
        "0.0001",
        "0.00010000",
        "1E+3",
        "99999999999999999999999999999999999999.999999999999999999",
        "12345678901234567890123456789012345678.123456789012345678",
        "10000000000000000000000000000000000000.000000000000000001",
        "0.000000000000000001",
        "1E+37",
      })
  void aNumberIsExact(String number) {
    BigDecimal value = new BigDecimal(number);

    assertThat(numberBack(value)).isEqualByComparingTo(value);
    assertThat(numberBack(value).scale()).isEqualTo(Math.max(0, value.scale()));
  }

  @Test
  void anyNumberIsExact() {
    Random random = new Random(42);
    for (int i = 0; i < 300; i++) {
      String digits =
          random
              .ints(1 + random.nextInt(38), 0, 10)
              .mapToObj(Integer::toString)
              .reduce("", String::concat);
      String behind =
          random
              .ints(random.nextInt(19), 0, 10)
              .mapToObj(Integer::toString)
              .reduce("", String::concat);
      BigDecimal value = new BigDecimal(behind.isEmpty() ? digits : digits + "." + behind);

      assertThat(numberBack(value)).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001-01-01T00:00:00Z",
        "0001-12-31T23:59:59.999999Z",
        "1582-10-10T12:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "1999-12-31T23:59:59.999999Z",
        "2000-01-01T00:00:00Z",
        "2026-01-31T12:00:00.123456Z",
        "9999-12-31T23:59:59.999999Z",
      })
  void aTimeIsTheSameTime(String time) {
    Instant value = Instant.parse(time);

    assertThat(timeBack(value)).isEqualTo(value);
  }

  @Test
  void whatIsFinerThanAMicrosecondIsCutOff() {
    assertThat(timeBack(Instant.parse("2026-01-31T12:00:00.123456999Z")))
        .isEqualTo(Instant.parse("2026-01-31T12:00:00.123456Z"));
    assertThat(timeBack(Instant.parse("1999-12-31T23:59:59.999999999Z")))
        .isEqualTo(Instant.parse("1999-12-31T23:59:59.999999Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01", "1582-10-10", "1999-12-31", "2000-02-29", "9999-12-31"})
  void aDateIsTheSameDate(String date) {
    assertThat(back("date", copy -> copy.date(LocalDate.parse(date)))).isEqualTo(date);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "ünïcödé", "日本", "😀", "a\tb\nc\\.\\N", "I ı İ i"})
  void aTextIsTheSameText(String text) {
    assertThat(back("text", copy -> copy.text(text))).isEqualTo(text);
  }

  @Test
  void textsLargerThanOnePieceArriveWhole() {
    String large = "0123456789abcdef".repeat(50_000);

    assertThat(back("text", copy -> copy.text(large))).isEqualTo(large);
  }

  @Test
  void jsonUuidNumberAndBool() {
    UUID uuid = UUID.fromString("ffeeddcc-bbaa-9988-7766-554433221100");

    assertThat(back("jsonb", copy -> copy.jsonb("{\"a\":[1.50,\"é\"]}")))
        .isEqualTo("{\"a\": [1.50, \"é\"]}");
    assertThat(back("uuid", copy -> copy.uuid(uuid))).isEqualTo(uuid.toString());
    for (int value : List.of(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
      assertThat(back("integer", copy -> copy.integer(value))).isEqualTo(Integer.toString(value));
    }
    assertThat(back("boolean", copy -> copy.bool(true))).isEqualTo("true");
    assertThat(back("boolean", copy -> copy.bool(false))).isEqualTo("false");
  }

  @Test
  void nothingIsNull() {
    assertThat(back("text", copy -> copy.text(null))).isEqualTo("(null)");
    assertThat(back("jsonb", copy -> copy.jsonb(null))).isEqualTo("(null)");
    assertThat(back("uuid", copy -> copy.uuid(null))).isEqualTo("(null)");
    assertThat(back("boolean", copy -> copy.bool(null))).isEqualTo("(null)");
    assertThat(back("date", copy -> copy.date(null))).isEqualTo("(null)");
  }

  @Test
  void columnsThatNoRowFillsAreLeftOut() {
    List<String> rows =
        database.transaction(
            tx -> {
              tx.execute(
                  "CREATE TEMP TABLE copied (a text, b text, c integer, d text DEFAULT 'none', e text)"
                      + " ON COMMIT DROP");
              CopyRows copy = new CopyRows("copied", List.of("a", "b", "c", "d", "e"), 2);
              for (String value : List.of("x", "y")) {
                copy.beginRow();
                copy.text(null);
                copy.text(value.equals("x") ? null : value.repeat(500));
                copy.integer(7);
                copy.text(null);
                copy.text(value);
              }
              copy.send(tx);
              return tx.query(
                  "SELECT concat_ws(',', a, length(b), c, d, e) FROM copied ORDER BY e",
                  row -> row.getString(1));
            });

    // Had d been sent, it would be null and not its default.
    assertThat(rows).containsExactly("7,none,x", "500,7,none,y");
  }

  @Test
  void noRowsIsNoRow() {
    assertThat(
            database.<Integer>transaction(
                tx -> {
                  tx.execute("CREATE TEMP TABLE copied (value text) ON COMMIT DROP");
                  new CopyRows("copied", List.of("value"), 1).send(tx);
                  return tx.queryOne("SELECT count(*) FROM copied", row -> row.getInt(1))
                      .orElseThrow();
                }))
        .isZero();
  }

  @Test
  void whatTheServerRefusesIsAFailureAndTheConnectionLives() {
    database.run(
        tx -> {
          tx.execute("CREATE TEMP TABLE copied (value text CHECK (value <> 'x')) ON COMMIT DROP");
          CopyRows copy = new CopyRows("copied", List.of("value"), 1);
          copy.beginRow();
          copy.text("x");
          assertThatThrownBy(() -> tx.behindSavepoint(() -> copy.send(tx)))
              .isInstanceOfSatisfying(
                  SqlFailure.class, e -> assertThat(e.sqlState()).isEqualTo("23514"));
          assertThat(tx.query("SELECT value FROM copied", row -> row.getString(1))).isEmpty();
        });
  }

  private BigDecimal numberBack(BigDecimal value) {
    return new BigDecimal(back("numeric", copy -> copy.numeric(value)));
  }

  private Instant timeBack(Instant value) {
    return database.transaction(
        tx -> {
          send(tx, "timestamptz", copy -> copy.timestamp(value));
          return tx.queryOne("SELECT value FROM copied", row -> Tx.instant(row, "value"))
              .orElseThrow();
        });
  }

  /** The value as PostgreSQL prints it. */
  private String back(String type, Consumer<CopyRows> field) {
    return database.transaction(
        tx -> {
          send(tx, type, field);
          return tx.queryOne(
                  "SELECT coalesce(value::text, '(null)') FROM copied", row -> row.getString(1))
              .orElseThrow();
        });
  }

  private static void send(Tx tx, String type, Consumer<CopyRows> field) {
    tx.execute("CREATE TEMP TABLE copied (value " + type + ") ON COMMIT DROP");
    CopyRows copy = new CopyRows("copied", List.of("value"), 1);
    copy.beginRow();
    field.accept(copy);
    copy.send(tx);
  }
}
