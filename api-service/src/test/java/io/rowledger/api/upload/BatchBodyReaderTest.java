package io.rowledger.api.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchBodyReaderTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rows\":%s}",
        "{\"rows\":%s,\"label\":\"é\"}",
        "{\"label\":\"é😀\",\"a\":{\"b\":[1,{}]},\n\"rows\" : %s , \"n\" : 1.50}",
        "\uFEFF{\"é\":null,\"rows\":%s}",
        " \n {\"true\":true,\"x\":[],\"rows\":%s}  \n",
      })
  void theArrayIsFoundFromBracketToBracket(String body) throws IOException {
    for (String array :
        List.of(
            "[{\"a\":\"é😀\"}]", "[ 1 , \"x\",\n{} ]", "[[[]]]", "[null,true,-1.5e3,\"a\\\"]\"]")) {
      byte[] bytes = body.formatted(array).getBytes(UTF_8);

      BatchBody read = BatchBodyReader.one(file(bytes), "rows");

      assertThat(read.sources()).hasSize(1);
      assertThat(cut(bytes, read.sources().get(0))).isEqualTo(array);
    }
  }

  @Test
  void membersAroundTheRowsKeepTheirValues() throws IOException {
    BatchBody read =
        BatchBodyReader.one(
            file(
                "{\"a\":1.50,\"b\":{\"c\":[\"é\"]},\"rows\":[{}],\"d\":\"x\",\"e\":null,\"f\":true}"),
            "rows");

    assertThat(read.options()).containsOnlyKeys("a", "b", "d", "e", "f");
    assertThat(read.options().get("a").decimalValue()).isEqualByComparingTo("1.5");
    assertThat(read.options().get("b").toString()).isEqualTo("{\"c\":[\"é\"]}");
    assertThat(read.options().get("d").textValue()).isEqualTo("x");
    assertThat(read.options().get("e").isNull()).isTrue();
    assertThat(read.options().get("f").booleanValue()).isTrue();
  }

  @Test
  void severalArraysAreFoundWithTheirNames() throws IOException {
    byte[] bytes =
        ("{\"x\":1,\"sources\":[{\"rows\":[1],\"fileName\":\"é.json\",\"y\":[{}]},"
                + "{\"fileName\":null,\"rows\":[ {} ]}]}")
            .getBytes(UTF_8);

    BatchBody read = BatchBodyReader.several(file(bytes), "rows");

    assertThat(read.sources())
        .extracting(BatchBody.Source::fileName)
        .containsExactly("é.json", null);
    assertThat(read.sources())
        .extracting(source -> cut(bytes, source))
        .containsExactly("[1]", "[ {} ]");
    assertThat(read.options()).containsOnlyKeys("x");
    assertThat(read.warnings()).hasSize(1).first().asString().contains("\"y\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"rows\":[{\"a\":1},,]}|line 1, column 18",
        "{\"rows\":[{\"a\":1}|line 1",
        "{\"rows\":[{\"a\":tru}]}|line 1",
        "{\"rows\":[{}]} x|line 1",
        "{\"rows\":[{}],}|line 1",
      })
  void whatIsNoJsonIsRefusedWithItsPlace(String body, String place) {
    assertThatThrownBy(() -> BatchBodyReader.one(file(body), "rows"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem()).isEqualTo(Problem.VALIDATION_ERROR);
              assertThat(refused.detail()).contains(place);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 100_000})
  void nestingHasAnEnd(int depth) {
    String row = "[".repeat(depth) + "]".repeat(depth);

    assertThatThrownBy(
            () -> BatchBodyReader.one(file("{\"rows\":[" + row + row + row + "]}"), "rows"))
        .isInstanceOf(ProblemException.class);
  }

  private Path file(String body) throws IOException {
    return file(body.getBytes(UTF_8));
  }

  private Path file(byte[] body) throws IOException {
    return Files.write(directory.resolve("body.json"), body);
  }

  private static String cut(byte[] bytes, BatchBody.Source source) {
    String text = new String(bytes, UTF_8).replace("\uFEFF", "");
    return text.substring((int) source.start(), (int) source.end());
  }
}
