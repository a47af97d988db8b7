package io.rowledger.core.row;

/**
 * Which text PostgreSQL takes: no NUL character and no half of a surrogate pair. One such cell in a
 * {@code COPY} would otherwise fail the whole chunk it travels with.
 */
public final class StorableText {

  private static final char REPLACEMENT = '\uFFFD';

  private StorableText() {}

  /** True when the text can be stored as it is. */
  public static boolean isStorable(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        if (!isPairAt(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /**
   * The text with every character that cannot be stored replaced by U+FFFD. For what is reported
   * about a row (its key, a refused cell), never for a record.
   */
  public static String repaired(String text) {
    if (isStorable(text)) {
      return text;
    }
    StringBuilder repaired = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c) && isPairAt(text, i)) {
        repaired.append(c).append(text.charAt(++i));
      } else {
        repaired.append(c == 0 || Character.isSurrogate(c) ? REPLACEMENT : c);
      }
    }
    return repaired.toString();
  }

  private static boolean isPairAt(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }
}
