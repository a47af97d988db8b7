package io.rowledger.core.startup;

/**
 * A setting that is not as it should be.
 *
 * @param where the topic or server that has it
 * @param setting its name there
 * @param value what it is
 * @param wanted what it should be, in words
 */
public record Finding(Danger danger, String where, String setting, String value, String wanted) {

  /** For people, in one line. */
  public String text() {
    return "%s: %s is %s, should be %s".formatted(where, setting, value, wanted);
  }
}
