package io.rowledger.core.mapping;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What to do with columns that no field reads: {@code unknownColumns} of contract section 7. */
public enum UnknownColumns {
  /** Ignore them and say so; the default. */
  WARN,
  /** Refuse the file. */
  REJECT,
  /** Ignore them silently. */
  IGNORE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<UnknownColumns> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(u -> u.wireName().equals(wireName)).findFirst();
  }
}
