package io.rowledger.api.format;

import static io.rowledger.api.format.XlsxBytes.MAIN;
import static io.rowledger.api.format.XlsxBytes.RELATIONS;
import static io.rowledger.api.format.XlsxBytes.relation;
import static io.rowledger.api.format.XlsxBytes.relations;
import static io.rowledger.api.format.XlsxBytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What spreadsheet programs and libraries write, beyond what one of them does. */
class WorkbookTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "null",
      textBlock =
          """
          42                     | null                  | 42
          42.0                   | null                  | 42
          10.50                  | null                  | 10.5
          1.5E3                  | null                  | 1500
          1E-7                   | null                  | 0.0000001
          2.2999999999999998     | null                  | 2.3
          0.30000000000000004    | null                  | 0.3
          110.00000000000001     | null                  | 110
          1234567890123456       | null                  | 1234567890123456
          1.2345678901234568E+17 | null                  | 123456789012345680
          -0                     | null                  | 0
          1E999999999            | null                  | 1E999999999
          n/a                    | null                  | n/a
          501                    | 00000                 | 00501
          123456                 | 00000                 | 123456
          -5                     | 00000                 | -5
          1.5                    | 00000                 | 1.5
          0.155                  | 0.00%                 | 0.155
          1234.5                 | `[$€-407]\\ #,##0.00` | 1234.5
          1234.5                 | `#,##0.00\\ "days"`   | 1234.5
          12                     | 0.00E+00              | 12
          12                     | @                     | 12
          12                     | General               | 12
          12                     | `[Red]General`        | 12
          45351                  | yyyy-mm-dd            | 2024-02-29
          45351.75               | dd/mm/yyyy            | 2024-02-29
          45351                  | `[$-F800]dddd, mmmm dd, yyyy` | 2024-02-29
          45351                  | mmmm                  | 2024-02-29
          45351                  | `yyyy"年"m"月"d"日"`   | 2024-02-29
          45351                  | `[$-411]ggge"年"`     | 2024-02-29
          45351.572916666664     | m/d/yy h:mm           | 2024-02-29T13:45:00
          45351                  | m/d/yy h:mm           | 2024-02-29T00:00:00
          45351.57291667         | yyyy-mm-dd hh:mm      | 2024-02-29T13:45:00
          45351.5729166782       | yyyy-mm-dd hh:mm:ss.000 | 2024-02-29T13:45:00.001
          45351.99999999         | yyyy-mm-dd hh:mm:ss   | 2024-03-01T00:00:00
          0.5                    | h:mm AM/PM            | 12:00:00
          45351.5                | hh:mm                 | 12:00:00
          0.572916666666667      | mm:ss                 | 13:45:00
          1.5                    | [h]:mm:ss             | 36:00:00
          1                      | yyyy-mm-dd            | 1900-01-01
          59                     | yyyy-mm-dd            | 1900-02-28
          60                     | yyyy-mm-dd            | 1900-02-29
          61                     | yyyy-mm-dd            | 1900-03-01
          2958465                | yyyy-mm-dd            | 9999-12-31
          2958466                | yyyy-mm-dd            | 2958466
          -1                     | yyyy-mm-dd            | -1
          """)
  void numbersAreWrittenAsTheyAreShown(String value, String format, String expected) {
    byte[] book =
        XlsxBytes.ofCells("<c r=\"A2\" s=\"1\"><v>" + value + "</v></c>")
            .formats(format == null ? "General" : format)
            .bytes();

    assertThat(only(book)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "14, 2024-02-29",
    "22, 2024-02-29T12:00:00",
    "20, 12:00:00",
    "46, 1088436:00:00",
    "31, 2024-02-29",
    "32, 2024-02-29T12:00:00",
    "9, 45351.5",
    "49, 45351.5",
    "2, 45351.5"
  })
  void formatsThatEveryoneKnowsNeedNoCode(int id, String expected) {
    byte[] book =
        XlsxBytes.ofCells("<c r=\"A2\" s=\"0\"><v>45351.5</v></c>")
            .part(
                "xl/styles.xml",
                "<styleSheet xmlns=\"%s\"><cellStyleXfs><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs><xf numFmtId=\"%d\"/></cellXfs></styleSheet>"
                    .formatted(MAIN, id))
            .bytes();

    assertThat(only(book)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <c r="A2" t="b"><v>1</v></c>                                | true
          <c r="A2" t="b"><v>0</v></c>                                | false
          <c r="A2" t="str"><f>"0"&amp;"07"</f><v>007</v></c>         | 007
          <c r="A2"><f>6*7</f><v>42</v></c>                           | 42
          <c r="A2" t="e"><f>NA()</f><v>#N/A</v></c>                  | #N/A
          <c r="A2" t="d"><v>2024-02-29T13:45:00</v></c>              | 2024-02-29T13:45:00
          <c r="A2" t="d" s="1"><v>2024-02-29T00:00:00</v></c>        | 2024-02-29
          <c r="A2" t="n"><v>7</v></c>                                | 7
          <c r="A2" t="s"><v>0</v></c>                                | first
          <c r="A2" t="s"><v>1</v></c>                                | bold and plain
          <c r="A2" t="s"><v>2</v></c>                                | 東京
          <c r="A2" t="s"><v>3</v></c>                                | a_x0041_b<&>
          <c r="A2" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c> | ab
          <c r="A2" t="inlineStr"><is><t><![CDATA[<x>]]></t></is></c> | <x>
          <c t="inlineStr"><is><t>no reference</t></is></c>           | no reference
          """)
  void everyKindOfCellIsText(String cell, String expected) {
    byte[] book =
        XlsxBytes.ofCells(cell)
            .formats("yyyy-mm-dd")
            .strings(
                "<si><t>first</t></si>",
                "<si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space=\"preserve\"> and plain</t></r></si>",
                "<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh></si>",
                "<si><t>a_x005F_x0041_b&lt;&amp;&gt;</t></si>")
            .bytes();

    assertThat(only(book)).isEqualTo(expected);
  }

  @Test
  void lineBreaksOfCellsAreUnescaped() {
    assertThat(only(XlsxBytes.ofCells(text("A2", "a_x000D_\nb_x00_c_xD83D_")).bytes()))
        .isEqualTo("a\r\nb_x00_c_xD83D_");
  }

  @Test
  void rowsKeepTheirPlaceInTheSheet() {
    // Given gaps between rows and cells, empty cells that only have a style, and a long row
    byte[] book =
        XlsxBytes.ofRows(
                """
                <row r="3">%s%s</row><row r="4"/><row r="5"><c r="A5" s="1"/></row>
                <row r="7"><c r="B7"><v>1</v></c><c r="ZZ7" s="1"/></row>
                <row r="8"><c r="A8"><v>2</v></c><c r="C8"><v>3</v></c></row><row>%s</row>
                """
                    .formatted(text("A3", "a"), text("B3", "b"), "<c><v>4</v></c><c><v>5</v></c>"))
            .bytes();

    // When
    Reading read = read(book);

    // Then
    assertThat(read.interpretation().headerLine()).isEqualTo(3);
    assertThat(read.rows())
        .containsExactly(
            RawRow.of(7, List.of("", "1")),
            new RawRow(8, List.of("2", ""), "The row has 3 cells, the header has 2."),
            RawRow.of(9, List.of("4", "5")));
  }

  @Test
  void theFirstSheetThatIsNotHiddenIsReadAndSaid() {
    XlsxBytes book =
        XlsxBytes.ofCells("<c><v>1</v></c>")
            .part(
                "xl/workbook.xml",
                """
                <workbook xmlns="%s" xmlns:r="%s"><sheets>\
                <sheet name="Chart" sheetId="9" r:id="rId9"/>\
                <sheet name="Secret" sheetId="1" state="hidden" r:id="rId2"/>\
                <sheet name="Data" sheetId="2" r:id="rId1"/></sheets></workbook>"""
                    .formatted(MAIN, RELATIONS))
            .part(
                "xl/_rels/workbook.xml.rels",
                relations(
                    relation("rId9", "chartsheet", "chartsheets/sheet1.xml"),
                    relation("rId1", "worksheet", "/xl/worksheets/sheet1.xml"),
                    relation("rId2", "worksheet", "../xl/./worksheets/sheet2.xml")))
            .part(
                "xl/worksheets/sheet2.xml",
                XlsxBytes.sheet(
                    "<row>" + text("A1", "hidden") + "</row><row><c><v>2</v></c></row>"));

    assertThat(read(book.bytes()).interpretation().sheet()).isEqualTo("Data");
    assertThat(read(book.bytes()).interpretation().warnings())
        .containsExactly(
            "The workbook has 2 sheets; only \"Data\" was read. Name another one as sheet.");
    assertThat(read(book.bytes(), "1").interpretation().columns()).containsExactly("hidden");
    assertThat(read(book.bytes(), "data").interpretation().columns()).containsExactly("v");
  }

  /** Namespaces of the strict variant, prefixes, backslashes in names, no strings and no styles. */
  @Test
  void otherSpellingsAreReadToo() {
    String strict = "http://purl.oclc.org/ooxml/";
    byte[] book =
        XlsxBytes.ofCells()
            .without("xl/worksheets/sheet1.xml")
            .part(
                "_rels/.rels",
                relations(
                    "<Relationship Id=\"a\" Type=\"%sofficeDocument/relationships/officeDocument\" Target=\"/xl/workbook.xml\"/>"
                        .formatted(strict)))
            .part(
                "xl/workbook.xml",
                """
                <x:workbook xmlns:x="%sspreadsheetml/main" xmlns:q="%sofficeDocument/relationships">\
                <x:workbookPr date1904="1"/>\
                <x:sheets><x:sheet name="S" sheetId="1" q:id="rId1"/></x:sheets></x:workbook>"""
                    .formatted(strict, strict))
            .part(
                "xl\\worksheets\\Sheet1.xml",
                """
                <x:worksheet xmlns:x="%sspreadsheetml/main"><x:sheetData><x:row><x:c t="inlineStr">\
                <x:is><x:t>v</x:t></x:is></x:c></x:row><x:row><x:c><x:v>5</x:v></x:c></x:row>\
                </x:sheetData></x:worksheet>"""
                    .formatted(strict))
            .bytes();

    assertThat(only(book)).isEqualTo("5");
  }

  @Test
  void formulasWithoutAResultAreSaid() {
    byte[] book =
        XlsxBytes.ofRows(
                "<row>"
                    + text("A1", "a")
                    + text("B1", "b")
                    + "</row><row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><f>A2</f></c></row>")
            .bytes();

    Reading read = read(book);

    assertThat(read.rows()).containsExactly(RawRow.of(2, List.of("1", "")));
    assertThat(read.interpretation().warnings())
        .singleElement()
        .asString()
        .contains("without a stored result", "cells: 1, first: B2");
  }

  @Test
  void whatALibraryWritesIsRead() throws IOException {
    // Given
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var book = new org.dhatim.fastexcel.Workbook(out, "Test", "1.0")) {
      Worksheet sheet = book.newWorksheet("Data");
      String[] header = {"text", "whole", "decimal", "day", "moment", "yes", "formula", "inline"};
      for (int i = 0; i < header.length; i++) {
        sheet.value(0, i, header[i]);
      }
      sheet.value(1, 0, "007");
      sheet.value(1, 1, 123456789012345678L);
      sheet.value(1, 2, 1234.56);
      sheet.value(1, 3, LocalDate.of(2024, 2, 29));
      sheet.style(1, 3).format("yyyy-MM-dd").set();
      sheet.value(1, 4, LocalDateTime.of(2024, 2, 29, 13, 45, 10));
      sheet.style(1, 4).format("yyyy-MM-dd H:mm:ss").set();
      sheet.value(1, 5, true);
      sheet.formula(1, 6, "1+1");
      sheet.inlineString(1, 7, " é😀 ");
    }

    // When
    Reading read = read(out.toByteArray());

    // Then
    assertThat(read.rows())
        .containsExactly(
            RawRow.of(
                2,
                List.of(
                    "007",
                    "123456789012345678",
                    "1234.56",
                    "2024-02-29",
                    "2024-02-29T13:45:10",
                    "true",
                    "",
                    " é😀 ")));
  }

  @Test
  void cellsAreTextAndOptionsOfOtherFormatsAreIgnored() {
    byte[] book = XlsxBytes.ofCells("<c><v>1</v></c>").bytes();

    Reading read = Reading.of(book, "x.bin", new FormatOptions(";", "UTF-8", null));

    assertThat(read.interpretation().format()).isEqualTo("xlsx");
    assertThat(read.interpretation().warnings())
        .containsExactly(
            "The file is not named .xlsx but is a workbook, and was read as such.",
            "delimiter is for CSV and was ignored.",
            "charset is for text and was ignored.");
    CellFormat cells =
        Reading.withFile(
            book,
            file -> {
              try (RowSource source =
                  RowSources.open(file, "x.xlsx", FormatOptions.NONE, Budgets.byDefault())) {
                return source.cellFormat();
              }
            });
    assertThat(cells).isEqualTo(CellFormat.TEXT);
  }

  private static Reading read(byte[] book) {
    return read(book, null);
  }

  private static Reading read(byte[] book, String sheet) {
    return Reading.of(book, "x.xlsx", new FormatOptions(null, null, sheet));
  }

  private static String only(byte[] book) {
    Reading read = read(book);
    assertThat(read.rows()).hasSize(1);
    return read.rows().get(0).cell(0);
  }
}
