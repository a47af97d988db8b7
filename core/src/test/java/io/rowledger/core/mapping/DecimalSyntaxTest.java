package io.rowledger.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalSyntaxTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12.50 | 12.50",
        "0 | 0",
        "-3.1 | -3.1",
        "+7 | 7",
        "007.10 | 7.10",
        ".5 | 0.5",
        "99999999999999999999999999999999999999.999999999999999999"
            + " | 99999999999999999999999999999999999999.999999999999999999",
        "000000000000000000000000000000000000000000000001 | 1",
      })
  void plainNumbersKeepTheirDigits(String text, String number) {
    assertThat(DecimalSyntax.PLAIN.parse(text)).isEqualTo(new BigDecimal(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        ".",
        "1.",
        "1,5",
        "1.2.3",
        "1e5",
        "1E1000000000",
        "0x10",
        "NaN",
        "1 000",
        "$1",
        "\u0661\u0662",
        "100000000000000000000000000000000000000",
        "0.0000000000000000001",
        "1-",
        "--1",
        "1_0"
      })
  void whatIsNoPlainNumberIsRefused(String text) {
    assertThat(DecimalSyntax.PLAIN.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.234,56 | 1234.56",
        "1234,56 | 1234.56",
        "12.345.678 | 12345678",
        "-1.000,1 | -1000.1",
        ",5 | 0.5",
      })
  void commasAndGroups(String text, String number) {
    assertThat(DecimalSyntax.COMMA.parse(text)).isEqualTo(new BigDecimal(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.23",
        "1.2345",
        "1234.567",
        "1.234.56",
        ".123",
        "1,234.5",
        "1..234",
        "12.3456,1",
        "1.234,"
      })
  void brokenGroupsAreRefusedBecauseTheyMayBePointDecimals(String text) {
    assertThat(DecimalSyntax.COMMA.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1e5,100000", "1.5E+3,1500", "25e-1,2.5", "0e9999,0", "1.50,1.50"})
  void jsonNumbersMayHaveASmallExponent(String text, String number) {
    assertThat(DecimalSyntax.JSON.parse(text)).isEqualByComparingTo(new BigDecimal(number));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e1000000000", "1e39", "1e-19", "1e", "1e+", "e5", "1e5.5", "1e5e5"})
  void hugeAndBrokenExponentsAreRefusedAtOnce(String text) {
    Assertions.assertTimeout(
        Duration.ofSeconds(1), () -> assertThat(DecimalSyntax.JSON.parse(text)).isNull());
  }

  @Test
  void whatIsWrittenReadsBack() {
    Random random = new Random(20260101);
    DecimalFormat german =
        new DecimalFormat("#,##0.##################", new DecimalFormatSymbols(Locale.GERMANY));
    DecimalFormat english =
        new DecimalFormat("#,##0.##################", new DecimalFormatSymbols(Locale.US));
    for (int i = 0; i < 20_000; i++) {
      BigDecimal number =
          new BigDecimal(new BigInteger(1 + random.nextInt(120), random), random.nextInt(19));

      assertThat(DecimalSyntax.PLAIN.parse(number.toPlainString())).isEqualTo(number);
      assertThat(DecimalSyntax.JSON.parse(number.toString())).isEqualByComparingTo(number);
      assertThat(DecimalSyntax.COMMA.parse(german.format(number))).isEqualByComparingTo(number);
      assertThat(DecimalSyntax.POINT.parse(english.format(number))).isEqualByComparingTo(number);
    }
  }
}
