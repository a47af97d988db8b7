package io.rowledger.deploy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One setting as an operator sees it.
 *
 * @param name with its prefix
 * @param type in Java
 * @param fallback what holds when nothing is set; empty when nothing does
 * @param mandatory whether a service does not start without it
 * @param meaning the Javadoc as Markdown
 */
record Setting(
    String name, String type, Optional<String> fallback, boolean mandatory, String meaning) {

  /** What numbers count. A number whose name and Javadoc have none of these has to say it. */
  private static final Set<String> UNITS =
      Set.of(
          "bytes",
          "chunks",
          "days",
          "deliveries",
          "endpoints",
          "files",
          "jobs",
          "parts",
          "requests",
          "rows",
          "runs",
          "streams",
          "takeovers",
          "times",
          "tries",
          "uploads");

  private static final long KIBI = 1024;

  static final String HEAD =
      """
      | setting | type and unit | default | meaning |
      |---|---|---|---|
      """;

  /** As the line of a table. */
  String line() {
    return "| `%s`<br>`%s` | %s | %s | %s |\n"
        .formatted(name, variable(), typeAndUnit(), fallbackOrNone(), meaning);
  }

  /** The environment variable. */
  String variable() {
    return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private String typeAndUnit() {
    return switch (type) {
      case "Duration" -> "duration";
      case "List<Duration>" -> "durations";
      case "boolean" -> "`true`, `false`";
      case "int", "long" -> "number of " + unit();
      case "String" -> "text";
      case "List<String>", "Set<String>" -> "words";
      default -> throw new IllegalStateException(name + " has a type without a name: " + type);
    };
  }

  private String unit() {
    if (name.endsWith("bytes-per-second")) {
      return "bytes a second";
    }
    return Stream.of(name.substring(name.lastIndexOf('.')), meaning)
        .flatMap(text -> Pattern.compile("[^a-z]+").splitAsStream(text.toLowerCase(Locale.ROOT)))
        .filter(UNITS::contains)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("what does " + name + " count?"));
  }

  private String fallbackOrNone() {
    if (fallback.isEmpty()) {
      return mandatory ? "**mandatory**" : "none";
    }
    String value = "`" + fallback.get() + "`";
    return type.matches("int|long") && unit().equals("bytes")
        ? value + inWords(Long.parseLong(fallback.get()))
        : value;
  }

  private static String inWords(long bytes) {
    long rest = bytes;
    for (String unit : List.of("", " KiB", " MiB")) {
      if (rest % KIBI != 0 || rest < KIBI) {
        return unit.isEmpty() ? "" : " (" + rest + unit + ")";
      }
      rest /= KIBI;
    }
    return " (" + rest + " GiB)";
  }
}
