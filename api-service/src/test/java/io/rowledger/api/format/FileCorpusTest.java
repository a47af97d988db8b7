package io.rowledger.api.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.RawRow;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as people and programs write them, each with what must come out of it. */
class FileCorpusTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One file of the corpus.
   *
   * @param entry its line of the index
   */
  record Sample(String folder, JsonNode entry) {

    String file() {
      return entry.get("file").asText();
    }

    byte[] bytes() throws IOException {
      return resource(folder + "/" + file());
    }

    JsonNode expected() throws IOException {
      String beside = file().substring(0, file().lastIndexOf('.')) + ".json";
      return json(folder + "/" + entry.path("expected").asText(beside));
    }

    FormatOptions options() {
      return new FormatOptions(option("delimiter"), option("charset"), option("sheet"));
    }

    private @Nullable String option(String name) {
      return entry.path(name).textValue();
    }

    @Override
    public String toString() {
      return file() + ": " + entry.get("what").asText();
    }
  }

  static Stream<Sample> samples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (String folder : List.of("csv", "xlsx")) {
      json(folder + "/index.json").forEach(entry -> samples.add(new Sample(folder, entry)));
    }
    return samples.stream();
  }

  @Test
  void theCorpusIsThere() throws IOException {
    assertThat(samples().filter(sample -> sample.folder().equals("csv"))).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void isReadOrRefusedAsItShould(Sample sample) throws IOException {
    // Given
    JsonNode expected = sample.expected();

    // When
    Optional<ProblemException> refused = Optional.empty();
    Optional<Reading> reading = Optional.empty();
    try {
      reading = Optional.of(Reading.of(sample.bytes(), sample.file(), sample.options()));
    } catch (ProblemException problem) {
      refused = Optional.of(problem);
    }

    // Then
    if (expected.has("refused")) {
      assertRefused(refused.orElseThrow(), expected);
    } else {
      refused.ifPresent(
          problem -> {
            throw problem;
          });
      assertRead(reading.orElseThrow(), expected);
    }
  }

  private static void assertRefused(ProblemException refused, JsonNode expected) {
    assertThat(refused.problem().name())
        .as(refused.getMessage())
        .isEqualTo(expected.get("refused").asText());
    if (expected.has("line")) {
      assertThat(refused.getMessage())
          .matches("(?s).*\\bline " + expected.get("line").asInt() + "\\b.*");
    }
    assertThat(refused.getMessage()).contains(expected.path("says").asText());
  }

  private static void assertRead(Reading reading, JsonNode expected) {
    Interpretation read = reading.interpretation();
    assertThat(JSON.<JsonNode>valueToTree(read.columns())).isEqualTo(expected.get("columns"));
    assertThat(rows(reading)).isEqualTo(expected.get("rows"));
    assertThat(read.delimiter()).isEqualTo(expected.get("delimiter").textValue());
    assertThat(read.encoding()).isEqualTo(expected.get("encoding").textValue());
    assertThat(JSON.<JsonNode>valueToTree(read.headerLine())).isEqualTo(expected.get("headerLine"));
    assertThat(read.sheet()).isEqualTo(expected.path("sheet").textValue());
    assertThat(read.rows()).isEqualTo(expected.get("rows").size());
    for (JsonNode warning : expected.get("warnings")) {
      assertThat(String.join("\n", read.warnings())).contains(warning.asText());
    }
    if (expected.get("warnings").isEmpty() && read.sheet() == null) {
      assertThat(read.warnings()).isEmpty();
    }
  }

  private static JsonNode rows(Reading reading) {
    var rows = JSON.createArrayNode();
    for (RawRow row : reading.rows()) {
      var json = rows.addObject().put("row", row.rowNumber());
      row.cells().forEach(json.putArray("cells")::add);
      if (row.malformed() != null) {
        json.put("malformed", true);
      }
    }
    return rows;
  }

  private static JsonNode json(String name) throws IOException {
    return JSON.readTree(resource(name));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = FileCorpusTest.class.getResourceAsStream("/formats/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }
}
