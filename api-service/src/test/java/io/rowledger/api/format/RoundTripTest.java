package io.rowledger.api.format;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.row.RawRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;

/**
 * Whatever the cells hold and however a table is written, the same cells are read, at their place.
 * Each run takes other tables; a failure names the seed that makes them again.
 */
class RoundTripTest {

  private static final int TRIES = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> COLUMNS = List.of("id", "name", "amount", "note");
  private static final String[] PIECES = {
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
    "İı",
    "<&>",
    "_x000D_",
    "{",
    "[",
    "2024-02-29",
    "1e5",
    "true",
    "123456789012345678",
    "#N/A"
  };

  private enum Written {
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

  private interface Writer {
    void check(Random random, List<List<String>> table);
  }

  @Test
  void csvInEveryDialect() {
    forRandomTables(RoundTripTest::csv);
  }

  @Test
  void jsonInEveryShape() {
    forRandomTables(RoundTripTest::json);
  }

  @Test
  void linesOfJson() {
    forRandomTables(RoundTripTest::lines);
  }

  @Test
  void workbooks() {
    forRandomTables(RoundTripTest::workbook);
  }

  private static void forRandomTables(Writer writer) {
    long first = new Random().nextLong();
    for (long seed = first; seed < first + TRIES; seed++) {
      Random random = new Random(seed);
      try {
        writer.check(random, table(random));
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError("seed " + seed, failed);
      }
    }
  }

  private static List<List<String>> table(Random random) {
    List<List<String>> table = new ArrayList<>();
    int rows = 1 + random.nextInt(12);
    for (int i = 0; i < rows; i++) {
      List<String> row = new ArrayList<>();
      for (int j = 0; j < COLUMNS.size(); j++) {
        StringBuilder cell = new StringBuilder();
        int pieces = random.nextBoolean() ? 1 : random.nextInt(5);
        for (int k = 0; k < pieces; k++) {
          cell.append(one(random, PIECES));
        }
        row.add(cell.toString());
      }
      table.add(row);
    }
    return table;
  }

  private static void csv(Random random, List<List<String>> cells) {
    // Given a table of what the encoding can express, and where each row must be found
    Written written = one(random, Written.values());
    char delimiter = one(random, new Character[] {',', ';', '|', '\t'});
    String lineEnd = one(random, new String[] {"\n", "\r\n", "\r"});
    boolean quoteAll = random.nextBoolean();
    StringBuilder text = new StringBuilder(written.mark);
    text.append(String.join(String.valueOf(delimiter), COLUMNS));
    List<RawRow> expected = new ArrayList<>();
    int line = 2;
    for (List<String> row : cells.stream().map(row -> encodable(row, written)).toList()) {
      text.append(lineEnd);
      appendRow(text, row, delimiter, quoteAll);
      expected.add(RawRow.of(line, List.copyOf(row)));
      line += 1 + row.stream().mapToInt(RoundTripTest::lineBreaks).sum();
    }
    text.append(random.nextBoolean() ? lineEnd : "");

    // When it is read without being told anything, or what cannot be guessed
    String charset = written == Written.WINDOWS_1252 ? "windows-1252" : null;
    Reading read =
        read(
            random,
            text.toString().getBytes(written.charset()),
            "table.csv",
            new FormatOptions(null, charset, null));

    // Then
    assertThat(read.interpretation().delimiter()).isEqualTo(String.valueOf(delimiter));
    assertThat(read.rows()).isEqualTo(expected);
  }

  private static void json(Random random, List<List<String>> cells) {
    ArrayNode array = JSON.createArrayNode();
    cells.forEach(row -> array.add(object(row)));
    String wrapper = one(random, new String[] {"", "transactions", "items", "events"});
    String text =
        wrapper.isEmpty()
            ? (random.nextBoolean() ? array.toPrettyString() : array.toString())
            : JSON.createObjectNode().put("count", cells.size()).set(wrapper, array).toString();

    Reading read = read(random, encoded(random, text), "table.json", FormatOptions.NONE);

    assertThat(read.interpretation().format()).isEqualTo("json");
    assertThat(read.rows()).isEqualTo(numbered(cells, 1));
  }

  private static void lines(Random random, List<List<String>> cells) {
    String lineEnd = one(random, new String[] {"\n", "\r\n", "\n\n"});
    StringBuilder text = new StringBuilder();
    List<RawRow> expected = new ArrayList<>();
    int line = 1;
    for (List<String> row : cells) {
      text.append(object(row)).append(lineEnd);
      expected.add(RawRow.of(line, List.copyOf(row)));
      line += lineEnd.equals("\n\n") ? 2 : 1;
    }

    Reading read = read(random, encoded(random, text.toString()), "t.ndjson", FormatOptions.NONE);

    assertThat(read.interpretation().format()).isEqualTo("ndjson");
    assertThat(read.rows()).isEqualTo(expected);
  }

  private static void workbook(Random random, List<List<String>> cells) {
    // A blank row is no row; XML has no carriage return and the library does not escape it.
    List<List<String>> table =
        cells.stream()
            .map(row -> row.stream().map(RoundTripTest::inXml).toList())
            .filter(row -> !row.stream().allMatch(String::isBlank))
            .toList();
    if (table.isEmpty()) {
      return;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Workbook book = new Workbook(out, "Test", "1.0")) {
      Worksheet sheet = book.newWorksheet("Sheet");
      write(random, sheet, 0, COLUMNS);
      for (int i = 0; i < table.size(); i++) {
        write(random, sheet, i + 1, table.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }

    Reading read = Reading.of(out.toByteArray(), "table.xlsx", FormatOptions.NONE);

    assertThat(read.rows()).isEqualTo(numbered(table, 2));
  }

  private static void write(Random random, Worksheet sheet, int row, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i).replace("_x", "_x005F_x");
      if (random.nextBoolean()) {
        sheet.value(row, i, cell);
      } else {
        sheet.inlineString(row, i, cell);
      }
    }
  }

  private static String inXml(String cell) {
    return cell.replace("\r", "");
  }

  private static List<RawRow> numbered(List<List<String>> table, int first) {
    List<RawRow> rows = new ArrayList<>();
    for (List<String> row : table) {
      rows.add(RawRow.of(first + rows.size(), List.copyOf(row)));
    }
    return rows;
  }

  private static ObjectNode object(List<String> row) {
    ObjectNode object = JSON.createObjectNode();
    for (int i = 0; i < row.size(); i++) {
      object.put(COLUMNS.get(i), row.get(i));
    }
    return object;
  }

  private static byte[] encoded(Random random, String text) {
    Written written =
        one(
            random,
            new Written[] {
              Written.UTF8, Written.UTF8_MARKED, Written.UTF16LE_MARKED, Written.UTF16BE_MARKED
            });
    return (written.mark + text).getBytes(written.charset());
  }

  private static Reading read(Random random, byte[] bytes, String name, FormatOptions options) {
    return random.nextBoolean()
        ? Reading.of(bytes, name, options)
        : Reading.of(GzipTest.gzip(bytes), name + ".gz", options);
  }

  private static List<String> encodable(List<String> row, Written written) {
    CharsetEncoder encoder = written.charset().newEncoder();
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

  private static <T> T one(Random random, T[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
