package io.rowledger.api.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowSourcesTest {

  /** A file, and what is written down when it is read: all of it, or how a refusal begins. */
  record Example(
      String name, String latin1, String fileName, FormatOptions options, String expected) {

    // Kept as text of the same bytes: arrays make no good record components.
    Example(String name, byte[] bytes, String fileName, FormatOptions options, String expected) {
      this(name, new String(bytes, ISO_8859_1), fileName, options, expected);
    }

    byte[] bytes() {
      return latin1.getBytes(ISO_8859_1);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("csvRows")
  @MethodSource("jsonRows")
  void readsRows(Example example) {
    assertThat(Reading.written(example.bytes(), example.fileName(), example.options()))
        .isEqualTo(example.expected());
  }

  @ParameterizedTest
  @MethodSource("csvRefusals")
  @MethodSource("jsonRefusals")
  @MethodSource("notText")
  void refusesFiles(Example example) {
    assertThat(Reading.written(example.bytes(), example.fileName(), example.options()))
        .startsWith(example.expected());
  }

  static Stream<Example> csvRows() {
    return Stream.of(
        csv("comma", "a,b\n1,2\n", "a¦b\n2: 1¦2"),
        csv("semicolon with decimal commas", "a;b\n1,5;2,5\n3,5;4\n", "a¦b\n2: 1,5¦2,5\n3: 3,5¦4"),
        csv("tab", "a\tb\n1\t2", "a¦b\n2: 1¦2"),
        csv("pipe", "a|b|c\n1|2,2|3", "a¦b¦c\n2: 1¦2,2¦3"),
        csv(
            "delimiters inside quotes do not count",
            "\"a;x;y\",b\n\"1;;;\",2",
            "a;x;y¦b\n2: 1;;;¦2"),
        csv("free text full of commas", "a;b\nx, y, z;1\nq;2", "a¦b\n2: x, y, z¦1\n3: q¦2"),
        csv("one column", "a\n1\n2", "a\n2: 1\n3: 2"),
        csv("CRLF", "a,b\r\n1,2\r\n3,4\r\n", "a¦b\n2: 1¦2\n3: 3¦4"),
        csv("CR only", "a,b\r1,2\r3,4\r", "a¦b\n2: 1¦2\n3: 3¦4"),
        csv("CR only, breaks in quotes", "a,b\r\"x\ry\",2\r3,4", "a¦b\n2: x\ry¦2\n4: 3¦4"),
        csv("mixed line ends", "a,b\r1,2\n3,4\r\n5,6", "a¦b\n2: 1¦2\n3: 3¦4\n4: 5¦6"),
        csv("no last line end", "a,b\n1,", "a¦b\n2: 1¦"),
        csv("doubled quotes", "a,b\n\"say \"\"hi\"\"\",\"\"\n", "a¦b\n2: say \"hi\"¦"),
        csv("quote inside an unquoted cell", "a,b\n5\" pipe,2\n", "a¦b\n2: 5\" pipe¦2"),
        csv(
            "line breaks in quotes are counted",
            "a,b\n\"1\n2\r\n3\",x\n4,y\n",
            "a¦b\n2: 1\n2\r\n3¦x\n5: 4¦y"),
        csv("blank lines", "a,b\n\n1,2\n  \n\r\n3,4\n\n", "a¦b\n3: 1¦2\n6: 3¦4"),
        csv("blank lines before the header", "\n\na,b\n1,2", "a¦b\n4: 1¦2"),
        csv("a quoted empty cell is a row", "a\n\"\"\n", "a\n2: "),
        csv("cells keep their spaces", "a, b \n 1 ,\t2 ", "a¦b\n2:  1 ¦\t2 "),
        csv("leading zeros", "id,v\n007,1e5", "id¦v\n2: 007¦1e5"),
        csv(
            "ragged rows",
            "a,b,c\n1,2\n1,2,3\n1,2,3,4\nx",
            """
            a¦b¦c
            2: 1¦2 !The row has 2 cells, the header has 3.
            3: 1¦2¦3
            4: 1¦2¦3¦4 !The row has 4 cells, the header has 3.
            5: x !The row has 1 cell, the header has 3."""),
        csv("only delimiters is a row", "a,b\n,\n", "a¦b\n2: ¦"),
        csv("Excel's hint", "sep=;\r\na;b\r\n1;2\r\n", "a¦b\n3: 1¦2"),
        csv(
            "Excel's hint beats what the file looks like",
            "sep=|\na|b,c,d\n1|2,3,4",
            "a¦b,c,d\n3: 1¦2,3,4"),
        csv("column without a name", "a,,c,\n1,2,3,4", "a¦¦c¦\n2: 1¦2¦3¦4"),
        csv("line break in the header", "\"a\nb\",c\n1,2", "a\nb¦c\n3: 1¦2"),
        csv("header with brackets", "[id],[name]\n1,2", "[id]¦[name]\n2: 1¦2"),
        csv("NUL in a cell goes through", "a,b\n1\0,2", "a¦b\n2: 1\0¦2"),
        csv("emoji, right to left", "a,b\n😀,שלום\n", "a¦b\n2: 😀¦שלום"),
        csv("names differ by case only", "id,ID\n1,2", "id¦ID\n2: 1¦2"),
        bytes(
            "UTF-8 with mark",
            concat(bom(0xEF, 0xBB, 0xBF), "é,b\n1,2".getBytes(UTF_8)),
            "é¦b\n2: 1¦2"),
        bytes(
            "UTF-16LE", concat(bom(0xFF, 0xFE), "é;b\r\n1;😀".getBytes(UTF_16LE)), "é¦b\n2: 1¦😀"),
        bytes("UTF-16BE", concat(bom(0xFE, 0xFF), "é,b\n1,2".getBytes(UTF_16BE)), "é¦b\n2: 1¦2"),
        bytes("Windows-1252", "é,b\n€,2".getBytes(Charset.forName("windows-1252")), "é¦b\n2: €¦2"),
        given(
            "charset",
            "ж,b\n1,2",
            Charset.forName("windows-1251"),
            null,
            "windows-1251",
            "ж¦b\n2: 1¦2"),
        given("UTF-16 without mark", "a,b\n1,2", UTF_16LE, null, "utf-16le", "a¦b\n2: 1¦2"),
        given("delimiter", "a,b;c\n1,2;3", UTF_8, ";", null, "a,b¦c\n2: 1,2¦3"),
        given("delimiter by name", "a,b\tc\n1,2\t3", UTF_8, "TAB", null, "a,b¦c\n2: 1,2¦3"),
        new Example(
            "wrong name", "a,b\n1,2".getBytes(UTF_8), "x.json", FormatOptions.NONE, "a¦b\n2: 1¦2"),
        new Example("no name", "a,b\n1,2".getBytes(UTF_8), "", FormatOptions.NONE, "a¦b\n2: 1¦2"));
  }

  static Stream<Example> csvRefusals() {
    return Stream.of(
        csv("empty", "", "EMPTY_FILE"),
        csv("blank", " \n\r\n ", "EMPTY_FILE"),
        csv("only the mark", "\uFEFF", "EMPTY_FILE"),
        csv("header only", "a,b\n\n", "EMPTY_FILE: The file has a header but no row."),
        csv("hint only", "sep=;\n", "EMPTY_FILE"),
        csv(
            "duplicate header",
            "a,b,a,c,b\n1,2,3,4,5",
            "DUPLICATE_HEADER: a is the name of columns 1, 3. b is the name of columns 2, 5."),
        csv(
            "duplicate but for spaces",
            "a, a\n1,2",
            "DUPLICATE_HEADER: a is the name of columns 1, 2"),
        csv(
            "no name at all",
            ",,\n1,2,3",
            "UNREADABLE_FILE: The header in line 1 has no column name"),
        csv(
            "quote never closed",
            "a,b\n1,2\n3,\"4\n5,6\n",
            "UNREADABLE_FILE: The quoting is broken in the row that starts at line 3: a quote is"
                + " opened and never closed"),
        csv(
            "text after a quote",
            "a,b\n\"1\n1\",2\n3,\"4\"x\n",
            "UNREADABLE_FILE: The quoting is broken in the row that starts at line 4: after a closing"),
        csv(
            "broken quotes in the header",
            "\"a\"x,b\n1,2",
            "UNREADABLE_FILE: The quoting is broken in the row that starts at line 1"),
        csv("NUL in the header", "a\0,b\n1,2", "UNREADABLE_FILE: The header in line 1 holds NUL"),
        csv(
            "control characters in the header",
            "a\u0002,b\n1,2",
            "UNREADABLE_FILE: The header in line 1 holds control"),
        csv(
            "large row",
            "a,b\n1,2\n" + "x".repeat(262_145) + ",2\n",
            "ROW_TOO_LARGE: The row that starts at line 3"),
        csv(
            "large row of many cells",
            "a,b\n" + "x,".repeat(200_000),
            "ROW_TOO_LARGE: The row that starts at line 2"),
        csv(
            "large in bytes only",
            "a\n" + "€".repeat(100_000),
            "ROW_TOO_LARGE: The row that starts at line 2"),
        csv(
            "large header",
            "x".repeat(270_000) + "\n1",
            "ROW_TOO_LARGE: The row that starts at line 1"),
        csv(
            "quote that swallows the file",
            "a,b\n\"1,2\n" + "3,4\n".repeat(300_000),
            "ROW_TOO_LARGE: The row that starts at line 2"),
        csv("many columns", columns(2_001) + "\n1", "VALIDATION_ERROR: The file has 2001 columns"),
        bytes(
            "UTF-16 without mark",
            "a,b\n1,2".getBytes(UTF_16LE),
            "UNREADABLE_FILE: The header in line 1 holds NUL"),
        bytes(
            "neither UTF-8 nor Windows-1252",
            concat("a,b\n1,".getBytes(UTF_8), bom(0x81)),
            "UNREADABLE_FILE: The file cannot be decoded as windows-1252"),
        bytes(
            "broken UTF-8 behind the mark",
            concat(
                bom(0xEF, 0xBB, 0xBF),
                "a,b\n1,2\r\n\rx".getBytes(UTF_8),
                bom(0xE9),
                "\n".getBytes(UTF_8)),
            "UNREADABLE_FILE: The file is said to be UTF-8, but line 4"),
        given(
            "charset that is wrong",
            "a,b\n1,é",
            ISO_8859_1,
            null,
            "UTF-8",
            "UNREADABLE_FILE: The file is said to be UTF-8, but line 2"),
        given("unknown charset", "a\n1", UTF_8, null, "klingon", "VALIDATION_ERROR: charset"),
        given("illegal charset", "a\n1", UTF_8, null, "?!", "VALIDATION_ERROR: charset"),
        given(
            "charset against the mark",
            "\uFEFFa\n1",
            UTF_8,
            null,
            "UTF-16LE",
            "VALIDATION_ERROR: charset says"),
        given("unknown delimiter", "a\n1", UTF_8, "x", null, "VALIDATION_ERROR: delimiter"));
  }

  static Stream<Example> notText() {
    return Stream.of(
        bytes(
            "ZIP",
            concat("PK\3\4".getBytes(UTF_8), bom(1, 0, 8)),
            "UNREADABLE_FILE: The workbook is damaged"),
        bytes(
            "PDF",
            "%PDF-1.7\n".getBytes(UTF_8),
            "UNREADABLE_FILE: The file is not text. It looks like a PDF"),
        bytes(
            "program",
            concat(bom(0x7F), "ELF\2\1\1".getBytes(UTF_8)),
            "UNREADABLE_FILE: The file is not text. It looks like a Linux program"),
        bytes("gzip", bom(0x1F, 0x8B, 8, 0), "UNREADABLE_FILE: The gzip file is cut off"),
        bytes(
            "old Excel",
            bom(0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0),
            "UNSUPPORTED_FORMAT: Workbooks of the old .xls"),
        bytes(
            "login page",
            "\n<!DOCTYPE html>\n<html>".getBytes(UTF_8),
            "UNREADABLE_FILE: The file is not text. It looks like an HTML"),
        bytes(
            "noise",
            bom(3, 200, 17, 0, 44, 255, 10, 9, 1),
            "UNREADABLE_FILE: The header in line 1 holds"),
        named("x.XLS", "UNSUPPORTED_FORMAT: Workbooks of the old .xls"),
        named("x.xlsx", "UNREADABLE_FILE: The file is named .xlsx but is no workbook"),
        named("x.csv.gz", "UNREADABLE_FILE: The file is named .gz but is not packed"),
        named("x.pdf", "UNSUPPORTED_FORMAT: Files of the format .pdf"));
  }

  static Stream<Example> jsonRows() {
    return Stream.of(
        json(
            "array",
            "[{\"a\":1,\"b\":\"x\"},{\"b\":\"y\",\"c\":true}]",
            "a¦b¦c\n1: 1¦x\n2: ∅¦y¦true"),
        json("null is absent", "[{\"a\":null,\"b\":false}]", "a¦b\n1: ∅¦false"),
        json(
            "numbers keep their text",
            "[{\"a\":1e5,\"b\":0.10,\"c\":123456789012345678901,\"d\":-0,\"e\":1E+2}]",
            "a¦b¦c¦d¦e\n1: 1e5¦0.10¦123456789012345678901¦-0¦1E+2"),
        json(
            "nested values are compact JSON",
            "[{\"a\": { \"x\" : 1.50 , \"y\" : [ 1 , {\"z\":null} , [ ] , { } ] , \"s\":\"q\\\"\\n\" } }]",
            "a\n1: {\"x\":1.50,\"y\":[1,{\"z\":null},[],{}],\"s\":\"q\\\"\\n\"}"),
        json("escapes", "[{\"a\":\"\\u00e9\\n\\\"\\ud83d\\ude00\"}]", "a\n1: é\n\"😀"),
        json(
            "transactions",
            "{\"meta\":{\"x\":[1]},\"transactions\":[{\"a\":1}],\"n\":2}",
            "a\n1: 1"),
        json("items", "{\n \"items\": [ {\"a\":1},\n {\"a\":2} ]\n}", "a\n1: 1\n2: 2"),
        json("events", "{\"events\":[{\"a\":1}]}", "a\n1: 1"),
        json(
            "elements that are no objects",
            "[1,{\"a\":2},[{\"a\":3}],\"x\",null,true]",
            """
            a
            1:  !The row is a number, not an object.
            2: 2
            3: ∅ !The row is an array, not an object.
            4: ∅ !The row is a string, not an object.
            5: ∅ !The row is null, not an object.
            6: ∅ !The row is a boolean, not an object."""),
        json(
            "duplicate keys",
            "[{\"a\":1,\"b\":2,\"a\":3},{\"a\":{\"k\":1,\"k\":2}},{\"a\":4}]",
            "a¦b\n1: 1¦2 !The key \"a\" appears twice in one object.\n"
                + "2: {\"k\":1,\"k\":2}¦∅ !The key \"k\" appears twice in one object.\n3: 4¦∅"),
        json(
            "same key in different objects",
            "[{\"a\":[{\"k\":1},{\"k\":2}]}]",
            "a\n1: [{\"k\":1},{\"k\":2}]"),
        json("an object without keys", "[{}]", "\n1: "),
        json("lines", "{\"a\":1}\n\n{\"a\":2}\r\n{\"b\":3}\n", "a¦b\n1: 1\n3: 2\n4: ∅¦3"),
        json("lines ended by CR", "{\"a\":1}\r{\"a\":2}\r", "a\n1: 1\n2: 2"),
        json("objects over several lines", "{\n\"a\":1\n}\n{\n\"a\":2\n}", "a\n1: 1\n4: 2"),
        new Example(
            "one line", "{\"a\":1}".getBytes(UTF_8), "x.ndjson", FormatOptions.NONE, "a\n1: 1"),
        new Example(
            "a row with items",
            "{\"id\":1,\"items\":[1,2]}".getBytes(UTF_8),
            "x.jsonl",
            FormatOptions.NONE,
            "id¦items\n1: 1¦[1,2]"),
        new Example(
            "lines that are no objects",
            "{\"a\":1}\n5\n[\"x\"]\n".getBytes(UTF_8),
            "x.ndjson",
            FormatOptions.NONE,
            "a\n1: 1\n2: ∅ !The row is a number, not an object.\n3: ∅ !The row is an array, not an object."),
        csv("JSON named CSV", "[ {\"a\":1} ]", "a\n1: 1"),
        bytes(
            "JSON in UTF-16",
            concat(bom(0xFF, 0xFE), "[{\"é\":1}]".getBytes(UTF_16LE)),
            "é\n1: 1"));
  }

  static Stream<Example> jsonRefusals() {
    return Stream.of(
        json("empty", "", "EMPTY_FILE"),
        json("empty array", " [ ] ", "EMPTY_FILE"),
        json("empty wrapper", "{\"items\":[]}", "EMPTY_FILE"),
        json(
            "cut",
            "[{\"a\":1},\n{\"a\":",
            "UNREADABLE_FILE: The JSON is broken at line 2, column 6, in or behind element 2 of"),
        json(
            "comma missing",
            "[{\"a\":1}\n {\"a\":2}]",
            "UNREADABLE_FILE: The JSON is broken at line 2, column 2"),
        json(
            "secret word",
            "[{\"a\":1},\n{\"a\":hunter2}]",
            "UNREADABLE_FILE: The JSON is broken at line 2, column"),
        json("no array", "{\"a\":1}", "UNREADABLE_FILE: The JSON object holds no array named"),
        json(
            "not an array",
            "{\"items\":{}}",
            "UNREADABLE_FILE: The JSON object holds no array named"),
        json(
            "two arrays",
            "{\"items\":[{\"a\":1}],\"events\":[]}",
            "UNREADABLE_FILE: The JSON object holds more than one"),
        json(
            "more behind the end",
            "[{\"a\":1}]\n[]",
            "UNREADABLE_FILE: Something follows the end of the JSON in line 2"),
        json("a word", "hello", "UNREADABLE_FILE: The JSON is broken at line 1"),
        json("a string", "\"hello\"", "UNREADABLE_FILE: The file is neither"),
        json(
            "two on a line",
            "{\"a\":1}\n{\"a\":2} {\"a\":3}",
            "UNREADABLE_FILE: Line 2 holds more than one"),
        json(
            "broken line",
            "{\"a\":1}\n{\"a\":2,}\n",
            "UNREADABLE_FILE: The JSON is broken at line 2, column 8"),
        json(
            "deep",
            "[{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}]",
            "UNREADABLE_FILE: The JSON nests deeper"),
        json(
            "long number",
            "[{\"a\":" + "1".repeat(1_001) + "}]",
            "UNREADABLE_FILE: The JSON nests deeper"),
        json(
            "large string",
            "[{\"a\":1},\n{\"a\":\"" + "x".repeat(300_000) + "\"}]",
            "ROW_TOO_LARGE: The row that starts at line 2"),
        json(
            "large string as a row",
            "[{\"a\":1},\n\"" + "x".repeat(300_000) + "\"]",
            "ROW_TOO_LARGE: The row that starts at line 2"),
        json(
            "large array",
            "[{\"a\":1},\n{\"a\":[" + "1,".repeat(150_000) + "1]}]",
            "ROW_TOO_LARGE: The row that starts at line 2"),
        json(
            "large in bytes only",
            "[{\"a\":\"" + "€".repeat(100_000) + "\"}]",
            "ROW_TOO_LARGE: The row that starts at line 1"),
        json(
            "many keys",
            "[{" + keys(2_001) + "}]",
            "VALIDATION_ERROR: The objects have more than 2000"));
  }

  @Test
  void saysHowTheFileWasRead() {
    // Given / When
    Interpretation read =
        Reading.of("sep=;\na;;b\n1;2;3\n4;5;6\n", "C:\\data\\x.CSV").interpretation();

    // Then
    assertThat(read.fileName()).isEqualTo("x.CSV");
    assertThat(read.format()).isEqualTo("csv");
    assertThat(read.encoding()).isEqualTo("UTF-8");
    assertThat(read.delimiter()).isEqualTo(";");
    assertThat(read.quote()).isEqualTo("\"");
    assertThat(read.headerLine()).isEqualTo(2);
    assertThat(read.rows()).isEqualTo(2);
    assertThat(read.columns()).containsExactly("a", "", "b");
    assertThat(read.sha256())
        .isEqualTo("bce93694a702c0992e01645bd8214aeffc7f89d97a6fa50c446af0dc19000fca");
    assertThat(read.warnings()).containsExactly("Columns without a name are ignored: position 2.");
  }

  @Test
  void warnsOfAnAssumedEncodingAndOfUtf8ThatBroke() {
    byte[] damaged = concat("a\né\n".getBytes(UTF_8), bom(0xE9), "x\n".getBytes(UTF_8));

    Interpretation read = Reading.of(damaged, "x.csv", FormatOptions.NONE).interpretation();

    assertThat(read.encoding()).isEqualTo("windows-1252");
    assertThat(read.warnings())
        .singleElement()
        .asString()
        .contains("first at line 3")
        .contains("Windows-1252 was assumed")
        .contains("1 valid UTF-8 characters before");
  }

  @Test
  void findsTheOneByteThatIsNotUtf8AtTheEndOfALargeFile() {
    String rows = "a,b\n" + "plain,text\n".repeat(100_000);
    byte[] bytes = concat(rows.getBytes(UTF_8), bom(0xE9), ",x".getBytes(UTF_8));

    Reading read = Reading.of(bytes, "x.csv", FormatOptions.NONE);

    assertThat(read.rows().get(100_000).cell(0)).isEqualTo("é");
    assertThat(read.rows().get(100_000).rowNumber()).isEqualTo(100_002);
    assertThat(read.interpretation().warnings().get(0)).contains("first at line 100002");
  }

  @Test
  void warnsOfIgnoredKeysWrongNamesAndAnIgnoredDelimiter() {
    byte[] bytes = "{\"v\":1,\"items\":[{\"a\":1}],\"w\":[]}".getBytes(UTF_8);

    Interpretation read =
        Reading.of(bytes, "x.csv", new FormatOptions(";", null, null)).interpretation();

    assertThat(read.format()).isEqualTo("json");
    assertThat(read.warnings())
        .containsExactly(
            "The file is named .csv but holds JSON, and was read as such.",
            "delimiter is for CSV and was ignored.",
            "Keys around the rows are ignored: v, w.");
  }

  @Test
  void keepsThreeSampleRowsApartAndCutsTheirCells() {
    String text = "a,b\n1\n" + "😀".repeat(150) + ",2\n3,4\n5,6\n7,8\n";

    var samples =
        Reading.withFile(
            text.getBytes(UTF_8),
            file -> {
              try (RowSource source =
                  RowSources.open(file, "x.csv", FormatOptions.NONE, Budgets.byDefault())) {
                while (source.next() != null) {}
                return source.sampleRows();
              }
            });

    assertThat(samples).hasSize(3);
    assertThat(samples.get(0)).containsExactly("😀".repeat(100), "2");
    assertThat(samples.get(2)).containsExactly("5", "6");
  }

  @Test
  void refusesWithoutEchoingValues() {
    assertThatThrownBy(() -> Reading.of("[{\"a\":hunter2}]", "x.json"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem()).isEqualTo(Problem.UNREADABLE_FILE);
              assertThat(refused.getMessage()).doesNotContain("hunter2");
            });
  }

  @Test
  void namesTheFieldOfABadOption() {
    assertThatThrownBy(
            () -> Reading.of("a\n1".getBytes(UTF_8), "x.csv", new FormatOptions("::", null, null)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> assertThat(refused.details().get(0).field()).isEqualTo("delimiter"));
  }

  private static Example csv(String name, String text, String expected) {
    return bytes(name, text.getBytes(UTF_8), expected);
  }

  private static Example bytes(String name, byte[] bytes, String expected) {
    return new Example(name, bytes, "x.csv", FormatOptions.NONE, expected);
  }

  private static Example json(String name, String text, String expected) {
    return new Example(name, text.getBytes(UTF_8), "x.json", FormatOptions.NONE, expected);
  }

  private static Example named(String fileName, String expected) {
    return new Example(
        fileName, "a,b\n1,2".getBytes(UTF_8), fileName, FormatOptions.NONE, expected);
  }

  private static Example given(
      String name,
      String text,
      Charset writtenIn,
      @Nullable String delimiter,
      @Nullable String charset,
      String expected) {
    return new Example(
        name,
        text.getBytes(writtenIn),
        "x.csv",
        new FormatOptions(delimiter, charset, null),
        expected);
  }

  private static String columns(int count) {
    return IntStream.range(0, count).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
  }

  private static String keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"c" + i + "\":1")
        .collect(Collectors.joining(","));
  }

  private static byte[] bom(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
