package io.rowledger.api.wire;

/** What a text from outside may hold. */
public final class Texts {

  /**
   * No control characters, which PostgreSQL (NUL) or a log (line ends) would choke on, and no half
   * of a surrogate pair, which has no UTF-8.
   */
  public static final String CLEAN = "[^\\p{Cntrl}\\p{Cs}]*";

  /** What to say when a text is not. */
  public static final String CLEAN_MESSAGE = "must not contain control characters";

  private Texts() {}

  public static boolean isClean(String text) {
    return text.matches(CLEAN);
  }
}
