package io.rowledger.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a run, as Markdown tables, and a plot of those that are shares of COPY. */
final class Report {

  /** How a figure is written. */
  enum Unit {
    RATIO("%.2f"),
    MILLIS("%.1f ms"),
    PER_SECOND("%,.0f /s"),
    NANOS("%,.0f ns"),
    BYTES("%,.0f B"),
    MEBIBYTES("%.0f MiB");

    private final String format;

    Unit(String format) {
      this.format = format;
    }

    String write(double value) {
      return String.format(Locale.ROOT, format, value);
    }
  }

  private record Figure(String name, Unit unit, String wanted, Samples samples) {

    String row() {
      return "| %s | %s | %s | %s | %s |\n"
          .formatted(
              name,
              unit.write(samples.median()),
              unit.write(samples.least()),
              unit.write(samples.most()),
              wanted);
    }
  }

  private static final class Section {
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
  }

  private final Settings settings;
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private String section = "";

  Report(Settings settings) {
    this.settings = settings;
  }

  /** What follows belongs to this part. */
  void begin(String title) {
    section = title;
    say("== %s", title);
  }

  /** A figure of which nothing is wanted: the baseline, or something to explain another. */
  void add(String name, Unit unit, double value) {
    add(name, unit, "", value);
  }

  /**
   * One value of a figure; the same name again is one more value of it.
   *
   * @param wanted what issue or page asks for, such as {@code ≥ 0.8}
   */
  void add(String name, Unit unit, String wanted, double value) {
    say("   %s: %s", name, unit.write(value));
    section()
        .figures
        .computeIfAbsent(name, any -> new Figure(name, unit, wanted, new Samples()))
        .samples
        .add(value);
  }

  /** A sentence below the table. */
  void note(String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    say("   %s", text);
    section().notes.add(text);
  }

  static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  /** Writes what there is so far: a part that fails later must not cost those before it. */
  void write() throws IOException {
    Path file = settings.report().toAbsolutePath();
    Files.createDirectories(file.getParent());
    Files.writeString(file, markdown());
    List<Plot.Bar> bars = bars();
    if (!bars.isEmpty()) {
      Files.writeString(file.resolveSibling("imports.svg"), Plot.svg(bars));
    }
  }

  String markdown() throws IOException {
    StringBuilder text = new StringBuilder(machine());
    sections.forEach(
        (title, section) -> {
          text.append("\n## ").append(title).append("\n\n");
          text.append("| figure | median | least | most | wanted |\n|---|---|---|---|---|\n");
          section.figures.values().forEach(figure -> text.append(figure.row()));
          section.notes.forEach(note -> text.append('\n').append(note).append('\n'));
        });
    return text.toString();
  }

  private String machine() throws IOException {
    return String.format(
        Locale.ROOT,
        "%,d rows, %d rounds; %d processors (%s), Java %s, heap of the api-service %s, of a worker"
            + " %s.%n",
        settings.rows(),
        settings.rounds(),
        Runtime.getRuntime().availableProcessors(),
        processor(),
        System.getProperty("java.version"),
        settings.apiHeap(),
        settings.workerHeap());
  }

  private static String processor() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.exists(file)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private List<Plot.Bar> bars() {
    return sections.values().stream()
        .flatMap(section -> section.figures.values().stream())
        .filter(figure -> figure.name().endsWith("÷ COPY"))
        .map(
            figure ->
                new Plot.Bar(
                    figure.name(),
                    figure.samples().median(),
                    figure.samples().least(),
                    figure.samples().most()))
        .toList();
  }

  private Section section() {
    return sections.computeIfAbsent(section, any -> new Section());
  }
}
