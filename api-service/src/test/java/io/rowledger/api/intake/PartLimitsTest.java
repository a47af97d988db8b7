package io.rowledger.api.intake;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartLimitsTest {

  private static final String PART =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void partsAndHeadersAreCountedHoweverTheyAreCut(int step) {
    assertThatCode(() -> look(PART.repeat(3) + "--b--\r\n", step)).doesNotThrowAnyException();
    assertThatThrownBy(() -> look(PART.repeat(4) + "--b--\r\n", step))
        .isInstanceOf(ProblemException.class)
        .hasMessage("The form may have 3 parts.");
    assertThatThrownBy(() -> look(PART + "--b\r\nX: " + "x".repeat(100), step))
        .hasMessage("Part 2 of the form has headers of more than 64 bytes.");
    assertThatThrownBy(() -> look("--b\r\n" + "x".repeat(100), step))
        .hasMessage("Part 1 of the form has headers of more than 64 bytes.");
  }

  @Test
  void contentMayHaveWhatLooksLikeHeadersOrHalfABoundary() {
    String content = "\r\n\r\n--\r\n--a\r\r\n--\r\nX: " + "x".repeat(1_000);

    assertThatCode(() -> look("--b\r\n\r\n" + content + "\r\n--b--\r\n", 5))
        .doesNotThrowAnyException();
  }

  @Test
  void noTrickHidesHeadersFromTheCount() {
    String large = "X: " + "x".repeat(100);

    // What comes before the first boundary, after one, and at the start of a content.
    assertThatThrownBy(() -> look("hello\r\n--b\r\n" + large, 3)).hasMessageContaining("headers");
    assertThatThrownBy(() -> look("--b padding\n\r\n" + large, 3)).hasMessageContaining("headers");
    assertThatThrownBy(() -> look("--b\r\n\r\n--b--\r\n--b\r\n" + large, 3))
        .hasMessageContaining("headers");
    assertThatThrownBy(() -> look("--b\r-\r\n" + large, 3)).hasMessageContaining("headers");
    assertThatThrownBy(() -> look("--b-\r\n\r\n" + large, 3)).hasMessageContaining("headers");
  }

  @Test
  void whatComesAfterTheEndIsPassedOver() {
    assertThatCode(() -> look(PART + "--b--" + "x".repeat(1_000), 9)).doesNotThrowAnyException();
  }

  private static void look(String body, int step) {
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    PartLimits limits = new PartLimits("b", 3, 64);
    for (int i = 0; i < bytes.length; i += step) {
      limits.look(bytes, i, Math.min(step, bytes.length - i));
    }
  }
}
