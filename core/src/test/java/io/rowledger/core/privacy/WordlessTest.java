package io.rowledger.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class WordlessTest {

  @Test
  void typesAndPlacesStayAndNoWordDoes() {
    Exception original = new IllegalStateException("row of Ann", new NumberFormatException("Ann"));
    original.addSuppressed(new RuntimeException("Ann again"));

    String printed = print(Wordless.of(original));

    assertThat(printed)
        .doesNotContain("Ann")
        .contains(
            "java.lang.IllegalStateException",
            "Caused by: " + Wordless.class.getName() + ": java.lang.NumberFormatException",
            "WordlessTest.typesAndPlacesStayAndNoWordDoes");
  }

  @Test
  void aCircleOfCausesHasAnEnd() {
    Exception first = new Exception("a");
    first.initCause(new Exception("b", first));

    assertThat(print(Wordless.of(first))).contains("java.lang.Exception");
  }

  private static String print(Throwable exception) {
    StringWriter out = new StringWriter();
    exception.printStackTrace(new PrintWriter(out));
    return out.toString();
  }
}
