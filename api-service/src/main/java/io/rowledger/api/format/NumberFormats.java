package io.rowledger.api.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The number formats of a workbook, by the style that a cell refers to. */
final class NumberFormats {

  /** More than any program makes; Excel stops at 65 490. */
  private static final int MOST = 100_000;

  private final List<NumberFormat> styles = new ArrayList<>();

  private NumberFormats() {}

  /**
   * Reads all of them.
   *
   * @param part null when the workbook has none
   */
  static NumberFormats read(@Nullable InputStream part) throws IOException {
    NumberFormats formats = new NumberFormats();
    if (part != null) {
      try (WorkbookXml xml = WorkbookXml.of(part)) {
        formats.read(xml);
      }
    }
    return formats;
  }

  /** What a cell of this style shows. */
  NumberFormat of(int style) {
    return style < 0 || style >= styles.size() ? NumberFormat.NUMBER : styles.get(style);
  }

  private void read(WorkbookXml xml) {
    Map<Integer, NumberFormat> own = new HashMap<>();
    boolean ofCells = false;
    while (xml.next()) {
      if (xml.starts("cellXfs")) {
        ofCells = true;
      } else if (xml.ends("cellXfs")) {
        ofCells = false;
      } else if (xml.starts("numFmt")) {
        String code = xml.attribute("formatCode");
        if (code != null && own.size() < MOST) {
          own.put(number(xml.attribute("numFmtId")), NumberFormat.ofCode(code));
        }
      } else if (ofCells && xml.starts("xf") && styles.size() < MOST) {
        int id = number(xml.attribute("numFmtId"));
        NumberFormat format = own.get(id);
        styles.add(format == null ? NumberFormat.ofId(id) : format);
      }
    }
  }

  /** A number of a style or format; -1 for what is none. */
  static int number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 9) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }
}
