package io.rowledger.deploy;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as Kubernetes writes them. */
final class Quantity {

  private static final Pattern FORM = Pattern.compile("([0-9.]+)([A-Za-z]*)");

  private static final Map<String, Double> UNITS =
      Map.of(
          "", 1.0, "m", 0.001, "k", 1e3, "M", 1e6, "G", 1e9, "Ki", 0x1p10, "Mi", 0x1p20, "Gi",
          0x1p30, "Ti", 0x1p40);

  private Quantity() {}

  static double of(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || !UNITS.containsKey(parts.group(2))) {
      throw new IllegalArgumentException("No quantity: " + text);
    }
    return Double.parseDouble(parts.group(1)) * UNITS.get(parts.group(2));
  }

  /** Seconds of {@code 20s} or {@code 2m}. */
  static long seconds(String text) {
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return text.endsWith("m") ? number * 60 : number;
  }
}
