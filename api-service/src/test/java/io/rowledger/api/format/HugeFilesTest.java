package io.rowledger.api.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files much larger than the heap, read by a JVM that has 32 MB. */
class HugeFilesTest {

  private static final int MEGABYTES = 64;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          header.csv   | `x`                         | x  | 1
          row.csv      | `a,b#1,2#`                  | x  | 3
          cells.csv    | `a,b#1,2#`                  | x, | 3
          quote.csv    | `a,b#"`                     | x# | 2
          string.json  | `[{"a":1},#{"a":"`          | x  | 2
          name.json    | `[{"a":1},#{"`              | x  | 2
          number.json  | `[{"a":1},#{"a":`           | 1  | 2
          nested.json  | `[{"a":1},#{"a":[`          | 1, | 2
          scalar.json  | `[{"a":1},#"`               | x  | 2
          line.ndjson  | `{"a":1}#{"a":"`            | x  | 2
          """)
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void refusesAnEndlessRowWithLittleMemory(String name, String start, String unit, int line)
      throws Exception {
    Path file = folder.resolve(name);
    write(file, start.replace('#', '\n'), unit.replace('#', '\n'), MEGABYTES);

    assertThat(readInSmallJvm(file)).contains(" line " + line).matches("(ROW_TOO|UNREADABLE).*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          rows.csv    | `a,b,c#`      | `1234567890,"some text",x#`
          blank.csv   | `a,b,c#1,2,3` | `#`
          rows.csv.gz | `a,b,c#`      | `1234567890,"some text",x#`
          rows.ndjson | ``            | `{"a":1234567890,"b":"some text"}#`
          rows.json   | `[{"a":1}`    | `,{"a":1234567890,"b":"some text"}`
          """)
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void readsMoreThanFitsIntoMemory(String name, String start, String unit) throws Exception {
    Path file = folder.resolve(name);
    String row = unit.replace('#', '\n');
    write(file, start.replace('#', '\n'), row, MEGABYTES);
    if (name.endsWith(".json")) {
      Files.writeString(file, "]", StandardOpenOption.APPEND);
    }
    if (name.endsWith(".gz")) {
      pack(file);
    }

    String report = readInSmallJvm(file);

    assertThat(report).matches("READ [1-9][0-9]* rows");
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void refusesAHugeSingleLineWithoutReadingItAll() throws IOException {
    // Given a line of 16 GB, which no disk could even deliver in time
    Path file = folder.resolve("sparse.csv");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'x'}), 1L << 34);
    }

    assertThatThrownBy(
            () -> RowSources.open(file, "sparse.csv", FormatOptions.NONE, Budgets.byDefault()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> assertThat(refused.problem()).isEqualTo(Problem.ROW_TOO_LARGE));
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void readsAWorkbookLargerThanMemory() throws Exception {
    // Given 50 MB of sheet, without a table of texts
    Path file = folder.resolve("rows.xlsx");
    int rows = 0;
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> part : XlsxBytes.ofRows("#").partsBytes().entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        String xml = new String(part.getValue(), StandardCharsets.UTF_8);
        int hole = xml.indexOf("<sheetData>#");
        if (hole < 0) {
          zip.write(part.getValue());
          continue;
        }
        zip.write(xml.substring(0, hole + 11).getBytes(StandardCharsets.UTF_8));
        zip.write(
            ("<row>" + XlsxBytes.text("A1", "a") + "</row>").getBytes(StandardCharsets.UTF_8));
        for (long bytes = 0; bytes < MEGABYTES * 524_288L; rows++) {
          String cells = "<c><v>" + rows * 7919L + "</v></c>";
          byte[] row = ("<row>" + cells + "</row>").getBytes(StandardCharsets.UTF_8);
          zip.write(row);
          bytes += row.length;
        }
        zip.write(xml.substring(hole + 12).getBytes(StandardCharsets.UTF_8));
      }
    }

    assertThat(readInSmallJvm(file)).isEqualTo("READ " + rows + " rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text    | <row><c t="str"><v> | x
          name    | <row><              | x
          comment | <row><!--           | x
          markup  | <row><!--           | <x
          value   | <row><c r="         | x
          depth   | <row>               | <x>
          cdata   | <row><c t="str"><v><![CDATA[ | <
          cells   | <row>               | <c/>
          """)
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void refusesAWorkbookThatWouldFillTheMemory(String name, String start, String unit)
      throws Exception {
    Path file = folder.resolve(name + ".xlsx");
    String header = "<row>" + XlsxBytes.text("A1", "a") + "</row>";
    Files.write(
        file, XlsxBytes.ofRows(header + start + unit.repeat((40 << 20) / unit.length())).bytes());

    assertThat(readInSmallJvm(file)).matches("(ROW_TOO_LARGE|UNREADABLE_FILE|FILE_TOO_LARGE) .*");
  }

  private static void pack(Path file) throws IOException {
    Path plain = file.resolveSibling("plain");
    Files.move(file, plain);
    // Packed well, lines that are all the same would look like a bomb.
    try (Weak out = new Weak(Files.newOutputStream(file))) {
      Files.copy(plain, out);
    }
  }

  private static final class Weak extends GZIPOutputStream {

    Weak(OutputStream out) throws IOException {
      super(out);
      def.setStrategy(Deflater.HUFFMAN_ONLY);
    }
  }

  private static void write(Path file, String start, String unit, int megabytes)
      throws IOException {
    byte[] block = unit.repeat((1 << 20) / unit.length()).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(start.getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < megabytes; i++) {
        out.write(block);
      }
    }
  }

  private static String readInSmallJvm(Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx32m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SmallReader.class.getName(),
                    file.toString()))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String[] lines = output.lines().toArray(String[]::new);
      process.waitFor();
      return lines.length == 1 ? lines[0] : Arrays.toString(lines);
    }
  }
}
