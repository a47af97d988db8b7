package io.rowledger.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfNoneMatchTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"*", " * ", "\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\",\"c\"", "x, \"a\""})
  void namesTheTag(String header) {
    assertThat(IfNoneMatch.names(List.of(header), "a")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "\"b\"", "\"A\"", "\"ab\"", "\"a", "\"*\"", "\"b\" a \"c\"", "*, \"b\""})
  void doesNotNameTheTag(String header) {
    assertThat(IfNoneMatch.names(List.of(header), "a")).isFalse();
  }

  @Test
  void everyLineCounts() {
    assertThat(IfNoneMatch.names(List.of("\"b\"", "\"a\""), "a")).isTrue();
    assertThat(IfNoneMatch.names(List.of(), "a")).isFalse();
  }
}
