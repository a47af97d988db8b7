package io.rowledger.core.mapping;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ISO 3166-1 alpha-2, and XK, which is in use for Kosovo though not assigned. */
public final class Countries {

  static final String EXPECTED = "a country code of two letters (ISO 3166-1) such as BR";

  private static final Map<String, String> CODES = codes();

  private Countries() {}

  private static Map<String, String> codes() {
    Map<String, String> codes = new HashMap<>();
    Arrays.stream(Locale.getISOCountries()).forEach(code -> codes.put(code, code));
    codes.put("XK", "XK");
    return codes;
  }

  /** The code in upper case, null when there is no such country. */
  public static @Nullable String canonical(String code) {
    if (code.length() != 2) {
      return null;
    }
    String known = CODES.get(code);
    return known != null ? known : CODES.get(code.toUpperCase(Locale.ROOT));
  }
}
