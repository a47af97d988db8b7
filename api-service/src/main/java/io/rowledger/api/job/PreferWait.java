package io.rowledger.api.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The preference {@code wait} (RFC 7240, section 4.3). A preference is a wish: one that cannot be
 * read is ignored, and a longer one than {@link #LONGEST} is cut down, which {@code
 * Preference-Applied} says.
 */
public final class PreferWait {

  /** Below what proxies usually take for a dead connection. */
  public static final Duration LONGEST = Duration.ofSeconds(30);

  private PreferWait() {}

  /**
   * How long to wait; empty when nobody asked for it.
   *
   * @param header the lines of the header, none when it was not sent
   */
  public static Optional<Duration> of(List<String> header) {
    // Of two, the first counts; also when it cannot be read.
    return header.stream()
        .flatMap(line -> preferences(line).stream())
        .map(preference -> preference.split("=", 2))
        .filter(parts -> parts[0].strip().equalsIgnoreCase("wait"))
        .findFirst()
        .flatMap(parts -> parts.length == 2 ? seconds(parts[1].strip()) : Optional.empty());
  }

  private static Optional<Duration> seconds(String text) {
    String digits =
        text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
            ? text.substring(1, text.length() - 1)
            : text;
    // More digits than any wait has; they would not fit into a number.
    if (!digits.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    Duration wanted = Duration.ofSeconds(Integer.parseInt(digits));
    return Optional.of(wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted);
  }

  /** The preferences of a line without their parameters: a comma inside of quotes ends nothing. */
  private static List<String> preferences(String line) {
    List<String> found = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    boolean quoted = false;
    boolean parameters = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      }
      if (c == ',' && !quoted) {
        found.add(current.toString());
        current.setLength(0);
        parameters = false;
      } else {
        parameters |= c == ';' && !quoted;
        if (!parameters) {
          current.append(c);
        }
      }
    }
    found.add(current.toString());
    return found;
  }
}
