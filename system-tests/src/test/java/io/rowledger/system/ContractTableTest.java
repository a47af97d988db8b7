package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/contract-tests.md} names tests that exist, and forgets no operation and no code;
 * {@code docs/faults.md} names tests and rules that exist.
 */
class ContractTableTest {
  private static final Path ROOT = Path.of(System.getProperty("rowledger.root", ".."));
  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern OPERATION = Pattern.compile("^ {4}(get|post|put|patch|delete):$");
  private static final Pattern PATH = Pattern.compile("^ {2}(/\\S+):$");
  private static final Pattern CODE =
      Pattern.compile("^ {2,4}([A-Z][A-Z_]{3,})(?:\\(|,|;)", Pattern.MULTILINE);

  @Test
  void everyLineNamesATestThatExists() throws IOException {
    Map<String, String> sources = testSources();
    for (String line : table()) {
      Matcher test = TEST.matcher(line);
      boolean any = false;
      while (test.find()) {
        any = true;
        assertThat(sources).as(line).containsKey(test.group(1));
        assertThat(sources.get(test.group(1))).as(line).contains(" " + test.group(2) + "(");
      }
      assertThat(any).as("a test pins: %s", line).isTrue();
    }
  }

  @Test
  void everyOperationHasALine() throws IOException {
    String table = String.join("\n", table());
    String path = "";
    for (String line : Files.readAllLines(ROOT.resolve("docs/openapi.yaml"))) {
      Matcher atPath = PATH.matcher(line);
      Matcher operation = OPERATION.matcher(line);
      if (atPath.matches()) {
        path = atPath.group(1);
      } else if (operation.matches()) {
        String name = operation.group(1).toUpperCase(java.util.Locale.ROOT) + " " + path;
        assertThat(table).contains("`" + name + "`");
      }
    }
  }

  @Test
  void everyCodeHasALine() throws IOException {
    String table = String.join("\n", table());
    TreeSet<String> codes = new TreeSet<>();
    for (String source :
        List.of(
            "api-service/src/main/java/io/rowledger/api/problem/Problem.java",
            "core/src/main/java/io/rowledger/core/row/RowCode.java",
            "core/src/main/java/io/rowledger/core/job/JobFailure.java")) {
      Matcher code = CODE.matcher(Files.readString(ROOT.resolve(source)));
      while (code.find()) {
        codes.add(code.group(1));
      }
    }
    assertThat(codes).hasSizeGreaterThan(30);
    assertThat(codes).allSatisfy(code -> assertThat(table).contains("`" + code + "`"));
  }

  @Test
  void everyFaultNamesATestAndARuleThatExist() throws IOException {
    Map<String, String> sources = testSources();
    TreeSet<String> rules = new TreeSet<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/faults.md"))) {
      List<String> cells = List.of(line.split(" *\\| *", -1));
      if (cells.size() < 6 || cells.get(1).equals("fault") || cells.get(1).startsWith("---")) {
        continue;
      }
      Matcher test = TEST.matcher(cells.get(4));
      assertThat(test.find()).as("a test shows: %s", line).isTrue();
      assertThat(sources).as(line).containsKey(test.group(1));
      assertThat(sources.get(test.group(1))).as(line).contains(" " + test.group(2) + "(");
      if (!cells.get(3).equals("–")) {
        rules.add(cells.get(3).replace("`", "") + ".btm");
      }
    }
    try (Stream<Path> files = Files.list(ROOT.resolve("system-tests/src/test/resources/faults"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".btm"))
          .containsExactlyInAnyOrderElementsOf(rules);
    }
  }

  private static List<String> table() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/contract-tests.md")).stream()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| What"))
        .toList();
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module :
        List.of("core", "testkit", "api-service", "import-worker", "local", "system-tests")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(
                file ->
                    sources.put(file.getFileName().toString().replace(".java", ""), read(file)));
      }
    }
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
