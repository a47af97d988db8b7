package io.rowledger.api.format;

/** The text of a cell as it is written in a workbook: plain, or in runs with fonts of their own. */
final class RichText {

  private RichText() {}

  /**
   * Adds the text up to the end of an element that was just started, without the reading aids that
   * stand beside Japanese.
   *
   * @return false when it is longer than a row may be
   */
  static boolean read(WorkbookXml xml, String element, StringBuilder text) {
    boolean all = true;
    while (xml.next() && !xml.ends(element)) {
      if (xml.starts("t")) {
        all &= xml.text(text, RowSource.MAX_ROW_BYTES);
      } else if (xml.starts("rPh")) {
        xml.skip();
      }
    }
    return all;
  }

  /**
   * Undoes the escapes {@code _x000D_} for characters that XML has not; an underscore that only
   * looks like one is written {@code _x005F_}.
   */
  static String unescaped(String text) {
    int escape = text.indexOf("_x");
    if (escape < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    int from = 0;
    while (escape >= 0) {
      int code = code(text, escape);
      if (code < 0) {
        escape = text.indexOf("_x", escape + 2);
      } else {
        plain.append(text, from, escape).append((char) code);
        from = escape + 7;
        escape = text.indexOf("_x", from);
      }
    }
    return plain.append(text, from, text.length()).toString();
  }

  /** The character of the escape at a place, -1 when there is none. */
  private static int code(String text, int at) {
    if (at + 7 > text.length() || text.charAt(at + 6) != '_') {
      return -1;
    }
    int code = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0 || text.charAt(i) > 'f') {
        return -1;
      }
      code = code * 16 + digit;
    }
    // Half of a pair is no text that could be answered or stored.
    return Character.isSurrogate((char) code) ? -1 : code;
  }
}
