package io.rowledger.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferWaitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "wait=10|10",
        "Wait = 10|10",
        "wait=\"10\"|10",
        "wait=10; hard=yes|10",
        "respond-async, wait=10|10",
        "x=\"a, wait=5\", wait=10|10",
        "x; y=\"a, wait=5\", wait=10|10",
        "x; wait=5, wait=10|10",
        "wait=10, wait=5|10",
        "wait=0|0",
        "wait=30|30",
        "wait=31|30",
        "wait=999999999|30",
      })
  void waits(String header, int seconds) {
    assertThat(PreferWait.of(List.of(header))).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wait",
        "wait=",
        "wait=x",
        "wait=-1",
        "wait=1.5",
        "wait=\"10",
        "wait=9999999999999999",
        "waiting=5",
        "wait=x, wait=5",
        ",,;=",
        "wait=\u0661"
      })
  void isIgnored(String header) {
    assertThat(PreferWait.of(List.of(header))).isEmpty();
  }

  @Test
  void linesAreOneList() {
    assertThat(PreferWait.of(List.of("respond-async", "wait=3"))).contains(Duration.ofSeconds(3));
    assertThat(PreferWait.of(List.of())).isEmpty();
  }
}
