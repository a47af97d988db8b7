package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the points that faults are tied to are still in our sources. A rule whose method has
 * another name now never fires, and its test waits for minutes until it says so.
 */
class FaultRulesTest {

  private static final Path ROOT = Path.of(System.getProperty("rowledger.root", ".."));
  private static final Path RULES = Path.of("src", "test", "resources", "faults");
  private static final Pattern POINT =
      Pattern.compile("^CLASS (io\\.rowledger\\S+)\\s+METHOD (\\w+)", Pattern.MULTILINE);

  /** A class of ours and the method at which a rule fires. */
  record Point(String rule, String className, String method) {
    @Override
    public String toString() {
      return rule + ": " + className + "#" + method;
    }
  }

  static List<Point> points() throws IOException {
    List<Point> points = new ArrayList<>();
    try (Stream<Path> rules = Files.list(RULES)) {
      for (Path rule : rules.sorted().toList()) {
        Matcher matcher = POINT.matcher(Files.readString(rule));
        while (matcher.find()) {
          points.add(new Point(rule.getFileName().toString(), matcher.group(1), matcher.group(2)));
        }
      }
    }
    return points;
  }

  @ParameterizedTest
  @MethodSource("points")
  void theMethodIsStillThere(Point point) throws IOException {
    String file = point.className().replace('.', '/') + ".java";
    List<Path> sources =
        Stream.of("core", "api-service", "import-worker")
            .map(module -> ROOT.resolve(module).resolve("src/main/java").resolve(file))
            .filter(Files::exists)
            .toList();

    assertThat(sources).hasSize(1);
    // A declaration, which ends its parameters with a brace, and not only a call.
    assertThat(Files.readString(sources.get(0)))
        .containsPattern(
            "\\b" + Pattern.quote(point.method()) + "\\([^)]*\\)\\s*(throws [\\w, ]+)?\\{");
  }
}
