package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random rows, written in every format and dialect, imported, and read back: not one character is
 * lost on the whole way from the file to the read route.
 */
class FormatsIT {
  private static final int ROWS = 120;
  private static final List<String> COLUMNS =
      List.of("externalId", "type", "amount", "currency", "description", "channel");

  /** What formats go wrong at: their own signs, digits that look like numbers, other scripts. */
  private static final List<String> PIECES =
      List.of(
          ",",
          ";",
          "|",
          "\t",
          "\"",
          "\"\"",
          "'",
          "\n",
          "\\",
          "=1+1",
          "007",
          "1e5",
          "é",
          "ß",
          "ñ",
          "a",
          "b c",
          "123456789012345678",
          "2026-01-31",
          "null",
          "true",
          "#N/A",
          "{",
          "]",
          ":");

  private static final List<String> BEYOND_LATIN =
      List.of("\uD83D\uDE00", "שלום", "\u0131", "漢字", "\u200B");

  private final Stack stack = Stacks.oneWorker();

  /** Turns rows into the bytes of a file. */
  interface Writer {
    byte[] write(List<List<String>> rows) throws IOException;
  }

  static Stream<Arguments> formats() {
    List<Arguments> all = new ArrayList<>();
    for (char delimiter : new char[] {',', ';', '|', '\t'}) {
      for (String end : List.of("\n", "\r\n", "\r")) {
        Writer csv = rows -> csv(rows, delimiter, end).getBytes(StandardCharsets.UTF_8);
        String name = "csv " + (int) delimiter + " " + end.replace("\r", "CR").replace("\n", "LF");
        all.add(Arguments.of(name, "rows.csv", true, csv));
      }
    }
    all.add(format("csv with a mark", "rows.csv", r -> marked(csv(r, ',', "\n"), "UTF-8")));
    all.add(format("csv UTF-16LE", "rows.csv", r -> marked(csv(r, ',', "\n"), "UTF-16LE")));
    all.add(format("csv UTF-16BE", "rows.csv", r -> marked(csv(r, ';', "\r\n"), "UTF-16BE")));
    all.add(
        Arguments.of(
            "csv windows-1252",
            "rows.csv",
            false,
            (Writer) r -> csv(r, ';', "\r\n").getBytes(Charset.forName("windows-1252"))));
    all.add(format("csv gzip", "rows.csv.gz", r -> gzip(utf8(csv(r, ',', "\n")))));
    all.add(format("json", "rows.json", r -> utf8(json(r).toString())));
    all.add(
        format(
            "json wrapped",
            "rows.json",
            r ->
                utf8(
                    JsonNodeFactory.instance
                        .objectNode()
                        .set("transactions", json(r))
                        .toString())));
    all.add(format("ndjson", "rows.ndjson", r -> utf8(lines(json(r)))));
    all.add(format("ndjson gzip", "rows.ndjson.gz", r -> gzip(utf8(lines(json(r))))));
    all.add(format("workbook", "rows.xlsx", FormatsIT::workbook));
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void whatIsWrittenIsReadBackEqual(String name, String file, boolean unicode, Writer writer)
      throws IOException {
    long seed = Long.getLong("rowledger.seed", name.hashCode());
    List<List<String>> rows = rows(new Random(seed), unicode);
    Api api = stack.newTenant().api();

    Api.Answer answer = api.upload(Api.TRANSACTIONS, file, writer.write(rows), Map.of());
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
    String jobId = answer.body().path("jobId").asText();
    JsonNode job;
    try (Poller poller = new Poller(api, jobId)) {
      job = poller.toEnd(Duration.ofMinutes(1));
    }

    assertThat(job.path("succeeded").asInt()).as("seed %d, %s", seed, job).isEqualTo(ROWS);
    assertThat(stored(api, jobId)).as("seed %d", seed).isEqualTo(rows);
  }

  private static Arguments format(String name, String file, Writer writer) {
    return Arguments.of(name, file, true, writer);
  }

  private static List<List<String>> stored(Api api, String jobId) {
    List<List<String>> rows = new ArrayList<>();
    JsonNode page = api.get("/transactions?pageSize=500&jobId=" + jobId).body();
    for (JsonNode one : page.path("transactions")) {
      List<String> row = new ArrayList<>();
      COLUMNS.forEach(
          column -> row.add(one.path(column).isNull() ? "" : one.path(column).asText()));
      rows.add(row);
    }
    return rows;
  }

  private static List<List<String>> rows(Random random, boolean unicode) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          List.of(
              "00" + i + "-" + random.nextLong(Long.MAX_VALUE),
              "PAYMENT",
              random.nextInt(1_000_000) + "." + (random.nextInt(9) + 1),
              "USD",
              text(random, unicode),
              random.nextBoolean() ? "" : "c" + random.nextInt(100)));
    }
    return rows;
  }

  /** Begins and ends with a letter: white space at the ends of a cell is not kept. */
  private static String text(Random random, boolean unicode) {
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(6); i > 0; i--) {
      List<String> pieces = unicode && random.nextInt(3) == 0 ? BEYOND_LATIN : PIECES;
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.append('x').toString();
  }

  private static String csv(List<List<String>> rows, char delimiter, String end) {
    StringBuilder csv = new StringBuilder(String.join(Character.toString(delimiter), COLUMNS));
    for (List<String> row : rows) {
      csv.append(end);
      for (int i = 0; i < row.size(); i++) {
        csv.append(i == 0 ? "" : delimiter);
        csv.append('"').append(row.get(i).replace("\"", "\"\"")).append('"');
      }
    }
    return csv.append(end).toString();
  }

  private static ArrayNode json(List<List<String>> rows) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (List<String> row : rows) {
      ObjectNode object = array.addObject();
      for (int i = 0; i < row.size(); i++) {
        if (!row.get(i).isEmpty()) {
          object.put(COLUMNS.get(i), row.get(i));
        }
      }
    }
    return array;
  }

  private static String lines(ArrayNode rows) {
    StringBuilder lines = new StringBuilder();
    rows.forEach(row -> lines.append(row).append('\n'));
    return lines.toString();
  }

  private static byte[] workbook(List<List<String>> rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Workbook workbook = new Workbook(out, "test", "1.0")) {
      Worksheet sheet = workbook.newWorksheet("rows");
      for (int column = 0; column < COLUMNS.size(); column++) {
        sheet.value(0, column, COLUMNS.get(column));
        for (int row = 0; row < rows.size(); row++) {
          if (!rows.get(row).get(column).isEmpty()) {
            sheet.value(row + 1, column, rows.get(row).get(column));
          }
        }
      }
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] marked(String text, String charset) {
    return ("\uFEFF" + text).getBytes(Charset.forName(charset));
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
