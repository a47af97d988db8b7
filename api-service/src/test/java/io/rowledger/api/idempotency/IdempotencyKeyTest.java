package io.rowledger.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "abc,abc",
        "\"abc\",abc",
        "\"a \\\"b\\\" \\\\ c\",a \"b\" \\ c",
        "a b~!,a b~!",
        "a\"b,a\"b",
      })
  void quotesAroundAKeyMeanNothing(String header, String value) {
    assertThat(IdempotencyKey.value(header)).isEqualTo(value);
  }

  @Test
  void aKeyMayHave256Characters() {
    String longest = "k".repeat(256);

    assertThat(IdempotencyKey.value(longest)).isEqualTo(longest);
    assertThat(IdempotencyKey.value('"' + longest + '"')).isEqualTo(longest);
    assertRefused(longest + "k");
    assertRefused('"' + longest + "k\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"\"",
        "\"abc",
        "\"abc\"d",
        "\"a\\bc\"",
        "\"abc\\",
        "ключ",
        "a\tb",
        "a\u007f"
      })
  void whatIsNoKeyIsRefused(String header) {
    assertRefused(header);
  }

  private static void assertRefused(String header) {
    assertThatThrownBy(() -> IdempotencyKey.value(header))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem()).isEqualTo(Problem.VALIDATION_ERROR);
              assertThat(refused.details().get(0).field()).isEqualTo("Idempotency-Key");
            });
  }
}
