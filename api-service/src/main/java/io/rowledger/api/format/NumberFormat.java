package io.rowledger.api.format;

import java.util.Locale;

/**
 * What a number format makes of a number, as far as it changes what the number means: a workbook
 * knows days only as numbers that are shown as days.
 *
 * @param digits for {@link Kind#PADDED}: how many digits are shown at least
 * @param fractions whether fractions of a second are shown
 */
record NumberFormat(Kind kind, int digits, boolean fractions) {

  enum Kind {
    NUMBER,
    /** Zeros in front are shown, as in postal codes. */
    PADDED,
    DATE,
    TIME,
    DATE_TIME,
    /** Hours that go beyond 24. */
    DURATION,
    /** A day, a time or both, which differs with the language of the program. */
    BY_VALUE
  }

  static final NumberFormat NUMBER = new NumberFormat(Kind.NUMBER, 0, false);

  private static final int MAX_DIGITS = 30;

  private static NumberFormat of(Kind kind) {
    return new NumberFormat(kind, 0, false);
  }

  /** A format whose code every program knows without being told. */
  static NumberFormat ofId(int id) {
    if (id == 22) {
      return of(Kind.DATE_TIME);
    }
    if (id == 46) {
      return of(Kind.DURATION);
    }
    if (id == 47) {
      return new NumberFormat(Kind.TIME, 0, true);
    }
    if ((id >= 18 && id <= 21) || id == 45) {
      return of(Kind.TIME);
    }
    if ((id >= 32 && id <= 35) || id == 55 || id == 56) {
      return of(Kind.BY_VALUE);
    }
    boolean date = (id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
    return date ? of(Kind.DATE) : NUMBER;
  }

  /** A format by its code, such as {@code dd/mm/yyyy hh:mm}. */
  static NumberFormat ofCode(String code) {
    Letters letters = Letters.of(code);
    String shown = letters.shown();
    if (shown.contains("general")) {
      return NUMBER;
    }
    if (letters.elapsed()) {
      return of(Kind.DURATION);
    }
    boolean hours = hasAny(shown, "h") || shown.contains("am/pm") || shown.contains("a/p");
    boolean time = hours || hasAny(shown, "s");
    boolean days = hasAny(shown.replace("am/pm", "").replace("a/p", ""), "ydgb");
    boolean date = days || (hasAny(shown, "m") && !time);
    // An e of its own is a year of an era; in 0.00E+00 it is the exponent.
    if (hasAny(shown, "e") && !shown.contains("e+") && !shown.contains("e-")) {
      date = true;
    }
    if (date || time) {
      Kind kind = date && time ? Kind.DATE_TIME : date ? Kind.DATE : Kind.TIME;
      return new NumberFormat(kind, 0, time && shown.contains("s.0"));
    }
    boolean zeros = code.length() >= 2 && code.length() <= MAX_DIGITS;
    for (int i = 0; i < code.length() && zeros; i++) {
      zeros = code.charAt(i) == '0';
    }
    return zeros ? new NumberFormat(Kind.PADDED, code.length(), false) : NUMBER;
  }

  private static boolean hasAny(String text, String letters) {
    return text.chars().anyMatch(c -> letters.indexOf(c) >= 0);
  }

  /**
   * The part of a code that stands for the number, without texts, colours and languages.
   *
   * @param shown lower case
   * @param elapsed whether it counts hours, minutes or seconds on, as {@code [h]} does
   */
  private record Letters(String shown, boolean elapsed) {

    static Letters of(String code) {
      StringBuilder shown = new StringBuilder();
      boolean elapsed = false;
      for (int i = 0; i < code.length() && code.charAt(i) != ';'; i++) {
        char c = code.charAt(i);
        if (c == '"') {
          i = end(code, i, '"');
        } else if (c == '\\' || c == '_' || c == '*') {
          i++;
        } else if (c == '[') {
          int end = end(code, i, ']');
          String inside = code.substring(i + 1, end).toLowerCase(Locale.ROOT);
          elapsed |= !inside.isEmpty() && inside.matches("h+|m+|s+");
          i = end;
        } else {
          shown.append(Character.toLowerCase(c));
        }
      }
      return new Letters(shown.toString(), elapsed);
    }

    private static int end(String code, int from, char mark) {
      int end = code.indexOf(mark, from + 1);
      return end < 0 ? code.length() : end;
    }
  }
}
