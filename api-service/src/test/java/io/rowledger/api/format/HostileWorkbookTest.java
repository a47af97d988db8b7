package io.rowledger.api.format;

import static io.rowledger.api.format.XlsxBytes.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workbooks that are broken or meant to hurt: each is refused, and soon. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileWorkbookTest {

  private static final String HEADER = "<row>" + text("A1", "v") + "</row>";
  private static final String GOOD = HEADER + "<row><c><v>1</v></c></row>";

  /**
   * A workbook and how its refusal begins.
   *
   * @param latin1 its bytes; arrays make no good record components
   */
  record Attack(String name, String latin1, String expected) {

    Attack(String name, byte[] bytes, String expected) {
      this(name, new String(bytes, ISO_8859_1), expected);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Attack> attacks() throws IOException {
    byte[] good = XlsxBytes.ofRows(GOOD).bytes();
    byte[] flipped = XlsxBytes.ofRows(GOOD).storedBytes();
    int at = new String(flipped, ISO_8859_1).indexOf("<v>1<") + 3;
    flipped[at] = '2';
    return Stream.of(
        rows(
            "a document type",
            "<!DOCTYPE worksheet>",
            GOOD,
            "UNREADABLE_FILE: The workbook holds a doc"),
        rows(
            "a billion laughs",
            "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>",
            HEADER + "<row><c t=\"str\"><v>&c;</v></c></row>",
            "UNREADABLE_FILE: The workbook holds a doc"),
        rows(
            "an entity of another file",
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>",
            HEADER + "<row><c t=\"str\"><v>&a;</v></c></row>",
            "UNREADABLE_FILE: The workbook holds a doc"),
        rows(
            "an entity nobody declared",
            "",
            HEADER + "<row><c t=\"str\"><v>&a;</v></c></row>",
            "UNREADABLE_FILE"),
        rows("no header", "", "<row/>", "EMPTY_FILE: The sheet is empty"),
        rows("no row", "", HEADER + "<row/>", "EMPTY_FILE: The sheet has a header"),
        rows("no rows at all", "", "", "EMPTY_FILE: The sheet is empty"),
        rows(
            "the same header twice",
            "",
            "<row>" + text("A1", "a") + text("B1", " a") + "</row>",
            "DUPLICATE_HEADER"),
        rows(
            "a control character in the header",
            "",
            "<row>" + text("A1", "_x0001_") + "</row>",
            "UNREADABLE_FILE: The header in row 1"),
        rows(
            "a row twice",
            "",
            HEADER + "<row r=\"5\"><c><v>1</v></c></row><row r=\"5\"/>",
            "UNREADABLE_FILE: The rows"),
        rows("a row number that is none", "", "<row r=\"-1\"/>", "UNREADABLE_FILE: The rows"),
        rows(
            "a cell twice",
            "",
            HEADER + "<row><c r=\"A2\"/><c r=\"A2\"/></row>",
            "UNREADABLE_FILE: The rows"),
        rows(
            "a column beyond all",
            "",
            HEADER + "<row><c r=\"ZZZZZZZ2\"><v>1</v></c></row>",
            "UNREADABLE_FILE: The rows"),
        rows(
            "a cell without letters",
            "",
            HEADER + "<row><c r=\"12\"><v>1</v></c></row>",
            "UNREADABLE_FILE: The rows"),
        rows(
            "a text that is not there",
            "",
            HEADER + "<row><c t=\"s\"><v>999999999</v></c></row>",
            "UNREADABLE_FILE: The workbook is damaged"),
        rows(
            "a text of no number",
            "",
            HEADER + "<row><c t=\"s\"><v>x</v></c></row>",
            "UNREADABLE_FILE: The workbook is damaged"),
        rows(
            "a large row",
            "",
            HEADER + "<row>" + text("A2", "x".repeat(300_000)) + "</row>",
            "ROW_TOO_LARGE: Row 2 of the sheet"),
        rows(
            "a row large in bytes",
            "",
            HEADER + "<row>" + text("A2", "€".repeat(100_000)) + "</row>",
            "ROW_TOO_LARGE: Row 2 of the sheet"),
        rows(
            "a row large beside the table",
            "",
            HEADER
                + "<row>"
                + text("A2", "x".repeat(150_000))
                + text("Z2", "x".repeat(150_000))
                + "</row>",
            "ROW_TOO_LARGE: Row 2 of the sheet"),
        rows(
            "an endless text",
            "",
            HEADER + "<row>" + text("A2", "x".repeat(3 << 20)) + "</row>",
            "UNREADABLE_FILE: The workbook holds"),
        rows(
            "an endless name",
            "",
            HEADER + "<row><" + "x".repeat(3 << 20) + "/></row>",
            "UNREADABLE_FILE: The workbook holds"),
        rows("endless depth", "", HEADER + "<a>".repeat(100_000), "UNREADABLE_FILE"),
        rows(
            "XML that breaks off",
            "",
            HEADER + "<row><c>",
            "UNREADABLE_FILE: The workbook is damaged"),
        rows(
            "too many columns",
            "",
            "<row>" + text("A1", "a") + text("BXY1", "b") + "</row>",
            "VALIDATION_ERROR: The file has"),
        attack(
            "half of it",
            Arrays.copyOf(good, good.length / 2),
            "UNREADABLE_FILE: The workbook is damaged"),
        attack(
            "another end", concat(good, new byte[100]), "UNREADABLE_FILE: The workbook is damaged"),
        attack(
            "text",
            "a,b\n1,2\n".getBytes(UTF_8),
            "UNREADABLE_FILE: The file is named .xlsx but is no workbook"),
        attack("a checksum that is wrong", flipped, "UNREADABLE_FILE: The workbook is damaged"),
        attack("an archive without entries", zip(Map.of()), "UNSUPPORTED_FORMAT: ZIP"),
        attack(
            "an archive of something",
            zip(Map.of("../../x.csv", "a,b")),
            "UNSUPPORTED_FORMAT: ZIP"),
        attack(
            "a part twice",
            XlsxBytes.ofRows(GOOD).part("XL/Workbook.xml", "<x/>").bytes(),
            "UNREADABLE_FILE: The workbook holds two parts"),
        attack(
            "no workbook in it",
            XlsxBytes.ofRows(GOOD).without("xl/workbook.xml").bytes(),
            "UNREADABLE_FILE: The workbook is damaged"),
        attack(
            "no sheet in it",
            XlsxBytes.ofRows(GOOD).without("xl/worksheets/sheet1.xml").bytes(),
            "UNREADABLE_FILE: The workbook is damaged"),
        attack(
            "a sheet outside of it",
            XlsxBytes.ofRows(GOOD)
                .part(
                    "xl/_rels/workbook.xml.rels",
                    XlsxBytes.relations(
                        XlsxBytes.relation("rId1", "worksheet", "../../../../etc/passwd")))
                .bytes(),
            "UNREADABLE_FILE: The workbook is damaged"),
        attack(
            "a binary workbook",
            typed("application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
            "UNSUPPORTED_FORMAT: Binary"),
        attack(
            "a letter",
            typed(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
            "UNSUPPORTED_FORMAT: This is an Office document"));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void isRefused(Attack attack) {
    assertThat(Reading.written(attack.latin1().getBytes(ISO_8859_1), "x.xlsx", FormatOptions.NONE))
        .startsWith(attack.expected());
  }

  @Test
  void aWorkbookWithMacrosIsRead() {
    byte[] book = typed("application/vnd.ms-excel.sheet.macroEnabled.main+xml");

    assertThat(Reading.written(book, "x.xlsm", FormatOptions.NONE)).isEqualTo("v\n2: 1");
  }

  @Test
  void aBombIsRefusedByItsRatio() {
    byte[] bomb = XlsxBytes.ofRows(GOOD + "<row/>".repeat(1 << 19)).bytes();

    assertRefused(
        bomb, Budgets.with(Map.of("inflation-ratio-from", "1000000")), "more than 200 times");
    assertThat(Reading.written(bomb, "x.xlsx", FormatOptions.NONE)).isEqualTo("v\n2: 1");
  }

  @Test
  void everyBoundIsKept() {
    byte[] book =
        XlsxBytes.ofRows(GOOD).strings("<si><t>" + "x".repeat(2000) + "</t></si>").bytes();

    assertRefused(book, bound("max-bytes", "500"), "at most 500 can be read");
    assertRefused(book, bound("max-inflated-bytes", "1000"), "unpacks to more than 1000 bytes");
    assertRefused(book, bound("max-entries", "5"), "more than 5 files");
    assertRefused(
        book, bound("max-shared-string-bytes", "1000"), "more than 1000 bytes of different");
  }

  @Test
  void aDirectoryWithoutEndIsRefusedBeforeItIsLoaded() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < 60_000; i++) {
        zip.putNextEntry(
            new ZipEntry("a long enough name of an entry, to fill the directory " + i));
        zip.closeEntry();
      }
    }

    assertRefused(out.toByteArray(), Budgets.byDefault(), "more than 10000 files");
  }

  /** Whatever is broken in a workbook, the answer is a refusal or rows, never another exception. */
  @Test
  void damageAnywhereIsAtMostARefusal() {
    byte[] good = XlsxBytes.ofRows(GOOD).strings("<si><t>a</t></si>").formats("0.0").bytes();
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      byte[] damaged = good.clone();
      for (int j = 0; j <= random.nextInt(3); j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      assertThat(Reading.written(damaged, "x.xlsx", FormatOptions.NONE))
          .as("seed %d, try %d", seed, i)
          .isNotNull();
    }
  }

  private static ReadBudget bound(String name, String value) {
    return Budgets.with(Map.of("workbook." + name, value));
  }

  private static void assertRefused(byte[] book, ReadBudget budget, String why) {
    assertThatThrownBy(
            () ->
                Reading.withFile(
                    book,
                    file -> {
                      try (RowSource source =
                          RowSources.open(file, "x.xlsx", FormatOptions.NONE, budget)) {
                        while (source.next() != null) {}
                        return null;
                      }
                    }))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem()).isEqualTo(Problem.FILE_TOO_LARGE);
              assertThat(refused).hasMessageContaining(why);
            });
  }

  private static Attack attack(String name, byte[] bytes, String expected) {
    return new Attack(name, bytes, expected);
  }

  private static Attack rows(String name, String prolog, String rows, String expected) {
    byte[] xml = (prolog + XlsxBytes.sheet(rows)).getBytes(UTF_8);
    return attack(name, XlsxBytes.ofSheet(xml).bytes(), expected);
  }

  private static byte[] typed(String contentType) {
    return XlsxBytes.ofRows(GOOD)
        .part(
            "[Content_Types].xml",
            "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"%s\"/></Types>"
                .formatted(contentType))
        .bytes();
  }

  private static byte[] zip(Map<String, String> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
      }
    }
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List.of(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
