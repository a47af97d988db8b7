package io.rowledger.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSyntaxTest {

  @ParameterizedTest
  @CsvSource({
    "2024-05-17T09:26:00Z,2024-05-17T09:26:00Z",
    "2024-05-17t09:26z,2024-05-17T09:26:00Z",
    "2024-05-17 09:26:01,2024-05-17T09:26:01Z",
    "2024-05-17T09:26:01.5,2024-05-17T09:26:01.500Z",
    "2024-05-17T09:26:01.123456789Z,2024-05-17T09:26:01.123456Z",
    "2024-05-17T09:26:01-03:00,2024-05-17T12:26:01Z",
    "2024-05-17T09:26:01+0530,2024-05-17T03:56:01Z",
    "2024-05-17T09:26+02,2024-05-17T07:26:00Z",
    "2024-05-17,2024-05-17T00:00:00Z",
    "0001-01-01,0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z,9999-12-31T23:59:59Z",
  })
  void isoTimes(String text, Instant instant) {
    assertThat(TimeSyntax.ISO.instant(text)).isEqualTo(instant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2024",
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-05-17T",
        "2024-05-17T9:26",
        "2024-05-17T25:00:00Z",
        "2024-05-17T09:26:61Z",
        "2024-05-17T09:26:01.Z",
        "0000-01-01",
        "2024-05-17T09:26:01+19:00",
        "2024-05-17T09:26:01+1",
        "2024/05/17",
        "17-05-2024",
        "2024-05-17T09:26:01ZZ",
        "2024-05-17T09:26:",
        "2024-05-17T09:26:0",
        "\u0662024-05-17",
        "+2024-05-17"
      })
  void whatIsNoTimeIsRefused(String text) {
    assertThat(TimeSyntax.ISO.instant(text)).isNull();
    assertThat(TimeSyntax.ISO.date(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yyyy-MM-dd HH:mm | America/Sao_Paulo | 2023-05-17 09:26 | 2023-05-17T12:26:00Z",
        "dd/MM/yyyy | UTC | 17/05/2023 | 2023-05-17T00:00:00Z",
        "d/M/yy H:mm | UTC | 7/5/23 9:26 | 2023-05-07T09:26:00Z",
        "MMM d, yyyy h:mm a | UTC | May 7, 2023 9:26 PM | 2023-05-07T21:26:00Z",
        "yyyyMMddHHmmss | UTC | 20230517092601 | 2023-05-17T09:26:01Z",
        "yyyy-MM-dd'T'HH:mm:ssXXX | UTC | 2023-05-17T09:26:00+02:00 | 2023-05-17T07:26:00Z",
        // A gap moves forward, an overlap takes the earlier offset.
        "yyyy-MM-dd HH:mm | Europe/Berlin | 2024-03-31 02:30 | 2024-03-31T01:30:00Z",
        "yyyy-MM-dd HH:mm | Europe/Berlin | 2024-10-27 02:30 | 2024-10-27T00:30:00Z",
      })
  void patternsAndZones(String pattern, String zone, String text, Instant instant) {
    assertThat(TimeSyntax.of(pattern, ZoneId.of(zone)).instant(text)).isEqualTo(instant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yyyy-MM-dd HH:mm | 2023-02-30 09:26",
        "d/M/yyyy | 31/4/2023",
        "yyyy-MM-dd HH:mm | 2023-05-17",
        "yyyy-MM-dd HH:mm | 2023-05-17 09:26:00",
        "yyyy-MM-dd HH:mm | 2023-05-17T09:26",
        "dd/MM/yyyy | 17/05/0000",
      })
  void patternsAreStrict(String pattern, String text) {
    assertThat(TimeSyntax.of(pattern, ZoneOffset.UTC).instant(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yyyy-bb", "HH:mm", "MM/dd", "'open", ""})
  void uselessPatternsAreRefused(String pattern) {
    assertThatThrownBy(() -> TimeSyntax.of(pattern, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLocalTimeWithoutFormatIsInTheZoneAsWell() {
    TimeSyntax syntax = TimeSyntax.of(null, ZoneId.of("America/Sao_Paulo"));

    assertThat(syntax.instant("2023-05-17T09:26")).isEqualTo(Instant.parse("2023-05-17T12:26:00Z"));
    assertThat(syntax.instant("2023-05-17T09:26Z"))
        .isEqualTo(Instant.parse("2023-05-17T09:26:00Z"));
  }

  @Test
  void theFastWayAgreesWithTheFormatter() {
    Random random = new Random(20260102);
    List<String> patterns = List.of("yyyy-MM-dd HH:mm:ss", "dd.MM.yyyy HH:mm", "yyyyMMdd");
    for (int i = 0; i < 5_000; i++) {
      String pattern = patterns.get(random.nextInt(patterns.size()));
      LocalDateTime time =
          LocalDateTime.of(1, 1, 1, 0, 0).plusSeconds(random.nextLong(315_537_897_600L));
      String text = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);
      // The quotes keep the second syntax off the fast way.
      String slow = pattern + "''";

      assertThat(DigitPattern.compile(pattern)).isNotNull();
      assertThat(DigitPattern.compile(slow)).isNull();
      assertThat(TimeSyntax.of(pattern, ZoneOffset.UTC).instant(text))
          .isNotNull()
          .isEqualTo(TimeSyntax.of(slow, ZoneOffset.UTC).instant(text + "'"));
    }
  }

  @Test
  void anOffsetDoesNotLeadOutOfTheYearsThatPostgresTakes() {
    assertThat(TimeSyntax.ISO.instant("0001-01-01T00:00:00+01:00")).isNull();
    assertThat(TimeSyntax.ISO.instant("9999-12-31T23:59:59-01:00")).isNull();
  }

  @Test
  void days() {
    assertThat(TimeSyntax.ISO.date("2024-02-29")).isEqualTo(LocalDate.of(2024, 2, 29));
    assertThat(TimeSyntax.ISO.date("2024-02-29T23:59:00-08:00"))
        .isEqualTo(LocalDate.of(2024, 2, 29));
    assertThat(TimeSyntax.of("dd/MM/yyyy", ZoneOffset.UTC).date("29/02/2024"))
        .isEqualTo(LocalDate.of(2024, 2, 29));
  }
}
