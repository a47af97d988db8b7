package io.rowledger.api.format;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.row.RawRow;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever the cells hold and however a table is written, the same cells are read, on their line.
 */
class CsvRoundTripTest {

  enum Written {
    UTF8(UTF_8, ""),
    UTF8_MARKED(UTF_8, "\uFEFF"),
    UTF16LE_MARKED(UTF_16LE, "\uFEFF"),
    UTF16BE_MARKED(UTF_16BE, "\uFEFF"),
    WINDOWS_1252(Charset.forName("windows-1252"), "");

    private final String charset;
    private final String mark;

    Written(Charset charset, String mark) {
      this.charset = charset.name();
      this.mark = mark;
    }

    Charset charset() {
      return Charset.forName(charset);
    }
  }

  enum LineEnd {
    LF("\n"),
    CRLF("\r\n"),
    CR("\r");

    private final String text;

    LineEnd(String text) {
      this.text = text;
    }
  }

  @Property(tries = 1500)
  void readsBackWhatWasWritten(
      @ForAll("tables") List<List<String>> cells,
      @ForAll("delimiters") char delimiter,
      @ForAll Written written,
      @ForAll LineEnd lineEnd,
      @ForAll boolean quoteAll,
      @ForAll boolean lastLineEnds) {
    // Given a table of what the encoding can express, and where each row must be found
    List<List<String>> table = cells.stream().map(row -> encodable(row, written)).toList();
    StringBuilder text = new StringBuilder(written.mark);
    text.append(String.join(String.valueOf(delimiter), "id", "name", "amount", "note"));
    List<RawRow> expected = new ArrayList<>();
    int line = 2;
    for (List<String> row : table) {
      text.append(lineEnd.text);
      appendRow(text, row, delimiter, quoteAll);
      expected.add(RawRow.of(line, List.copyOf(row)));
      line += 1 + row.stream().mapToInt(CsvRoundTripTest::lineBreaks).sum();
    }
    text.append(lastLineEnds ? lineEnd.text : "");

    // When it is read without being told anything, or what cannot be guessed
    byte[] bytes = text.toString().getBytes(written.charset());
    String charset = written == Written.WINDOWS_1252 ? "windows-1252" : null;
    Reading read = Reading.of(bytes, "table.csv", new FormatOptions(null, charset));

    // Then
    assertThat(read.interpretation().delimiter()).isEqualTo(String.valueOf(delimiter));
    assertThat(read.rows()).isEqualTo(expected);
  }

  @Provide
  Arbitrary<List<List<String>>> tables() {
    Arbitrary<String> piece =
        Arbitraries.of(
            "",
            " ",
            "a",
            "0",
            "007",
            "-1,5",
            "\"",
            "\"\"",
            ",",
            ";",
            "|",
            "\t",
            "\n",
            "\r",
            "\r\n",
            "é",
            "ß",
            "€",
            "日本",
            "😀",
            "👩‍👩‍👧",
            "שלום",
            "\u202e",
            "e\u0301",
            "\u00a0",
            "\uFEFF",
            "null",
            "=1+1",
            "'",
            "\\",
            "sep=;",
            "İı");
    Arbitrary<String> cell =
        Arbitraries.oneOf(piece.list().ofMaxSize(4).map(parts -> String.join("", parts)), piece);
    return cell.list().ofSize(4).list().ofMinSize(1).ofMaxSize(12);
  }

  @Provide
  Arbitrary<Character> delimiters() {
    return Arbitraries.of(',', ';', '|', '\t');
  }

  private static List<String> encodable(List<String> row, Written written) {
    var encoder = written.charset().newEncoder();
    return row.stream().map(cell -> encoder.canEncode(cell) ? cell : "?").toList();
  }

  private static void appendRow(
      StringBuilder text, List<String> row, char delimiter, boolean quoteAll) {
    for (int i = 0; i < row.size(); i++) {
      if (i > 0) {
        text.append(delimiter);
      }
      String cell = row.get(i);
      boolean quoted =
          quoteAll || cell.chars().anyMatch(c -> c == delimiter || "\"\r\n".indexOf(c) >= 0);
      text.append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
  }

  private static int lineBreaks(String cell) {
    return cell.replace("\r\n", "\n").replace('\r', '\n').replaceAll("[^\n]", "").length();
  }
}
