package io.rowledger.api.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A workbook written part by part: a library could not write one that is wrong, or unusual. */
final class XlsxBytes {

  static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  static final String RELATIONS =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006/";

  private final Map<String, byte[]> parts = new LinkedHashMap<>();

  private XlsxBytes() {
    part(
        "[Content_Types].xml",
        """
        <Types xmlns="%scontent-types"><Default Extension="xml" ContentType="application/xml"/>\
        <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
            .formatted(PACKAGE));
    part("_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml")));
    part(
        "xl/workbook.xml",
        """
        <workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
            .formatted(MAIN, RELATIONS));
    part(
        "xl/_rels/workbook.xml.rels",
        relations(
            relation("rId1", "worksheet", "worksheets/sheet1.xml"),
            relation("rId2", "sharedStrings", "sharedStrings.xml"),
            relation("rId3", "styles", "styles.xml")));
  }

  /** A workbook whose one sheet has these rows, from {@code <row>} to {@code </row>}. */
  static XlsxBytes ofRows(String rows) {
    return new XlsxBytes().part("xl/worksheets/sheet1.xml", sheet(rows));
  }

  static XlsxBytes ofSheet(byte[] xml) {
    XlsxBytes book = new XlsxBytes();
    book.parts.put("xl/worksheets/sheet1.xml", xml);
    return book;
  }

  /** The cells of a column with the header {@code v}, from {@code A2} on, as XML. */
  static XlsxBytes ofCells(String... cells) {
    StringBuilder rows = new StringBuilder("<row r=\"1\">" + text("A1", "v") + "</row>");
    for (int i = 0; i < cells.length; i++) {
      rows.append("<row r=\"").append(i + 2).append("\">").append(cells[i]).append("</row>");
    }
    return ofRows(rows.toString());
  }

  static String sheet(String rows) {
    return "<worksheet xmlns=\"%s\"><sheetData>%s</sheetData></worksheet>".formatted(MAIN, rows);
  }

  static String text(String reference, String text) {
    return "<c r=\"%s\" t=\"inlineStr\"><is><t>%s</t></is></c>".formatted(reference, text);
  }

  static String relation(String id, String type, String target) {
    return "<Relationship Id=\"%s\" Type=\"%s/%s\" Target=\"%s\"/>"
        .formatted(id, RELATIONS, type, target);
  }

  static String relations(String... relations) {
    return "<Relationships xmlns=\"%srelationships\">%s</Relationships>"
        .formatted(PACKAGE, String.join("", relations));
  }

  XlsxBytes part(String name, String xml) {
    parts.put(name, ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml).getBytes(UTF_8));
    return this;
  }

  XlsxBytes without(String name) {
    parts.remove(name);
    return this;
  }

  XlsxBytes strings(String... items) {
    return part(
        "xl/sharedStrings.xml",
        "<sst xmlns=\"%s\">%s</sst>".formatted(MAIN, String.join("", items)));
  }

  /** Cell formats 1, 2, … with these codes. */
  XlsxBytes formats(String... codes) {
    StringBuilder formats = new StringBuilder();
    StringBuilder styles = new StringBuilder("<xf numFmtId=\"0\"/>");
    for (int i = 0; i < codes.length; i++) {
      formats
          .append("<numFmt numFmtId=\"" + (164 + i) + "\" formatCode=\"")
          .append(codes[i].replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;"))
          .append("\"/>");
      styles.append("<xf numFmtId=\"" + (164 + i) + "\"/>");
    }
    return part(
        "xl/styles.xml",
        "<styleSheet xmlns=\"%s\"><numFmts>%s</numFmts><cellXfs>%s</cellXfs></styleSheet>"
            .formatted(MAIN, formats, styles));
  }

  /** The parts by name. */
  Map<String, byte[]> partsBytes() {
    return parts;
  }

  byte[] bytes() {
    return bytes(Deflater.DEFAULT_COMPRESSION);
  }

  /** Not packed, so that a byte can be changed without breaking the rest. */
  byte[] storedBytes() {
    return bytes(Deflater.NO_COMPRESSION);
  }

  private byte[] bytes(int level) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(level);
      for (Map.Entry<String, byte[]> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
