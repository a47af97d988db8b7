package io.rowledger.api.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest {

  private static final String CSV = "a,b\n1,2\n3,4\n";
  private static final String READ = "a¦b\n2: 1¦2\n3: 3¦4";

  @ParameterizedTest
  @CsvSource({"x.csv.gz,csv", "X.CSV.GZ,csv", "x.gz,csv", "x.csv,csv", "upload,csv"})
  void csvIsReadWhateverItIsCalled(String name, String format) throws Exception {
    byte[] packed = gzip(CSV);

    Interpretation read = Reading.of(packed, name, FormatOptions.NONE).interpretation();

    assertThat(Reading.written(packed, name, FormatOptions.NONE)).isEqualTo(READ);
    assertThat(read.format()).isEqualTo(format);
    assertThat(read.compression()).isEqualTo("gzip");
    assertThat(read.warnings()).isEmpty();
    assertThat(read.sha256())
        .as("of what was sent")
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(packed)));
  }

  @Test
  void theOtherTextFormatsAreReadToo() {
    assertThat(written(gzip("{\"a\":1}\n{\"a\":2}\n"), "x.ndjson.gz")).isEqualTo("a\n1: 1\n2: 2");
    assertThat(written(gzip("{\"a\":1}\n"), "x.ndjson.gz")).isEqualTo("a\n1: 1");
    assertThat(written(gzip("[{\"a\":1}]"), "x.json.gz")).isEqualTo("a\n1: 1");
    assertThat(written(gzip("\uFEFFa;b\r\né;2".getBytes(StandardCharsets.UTF_16LE)), "x.csv.gz"))
        .isEqualTo("a¦b\n2: é¦2");
    assertThat(written(gzip("a\né".getBytes(StandardCharsets.ISO_8859_1)), "x.csv.gz"))
        .isEqualTo("a\n2: é");
  }

  @Test
  void membersFollowEachOther() {
    byte[] packed = concat(gzip("a,b\n1,"), gzip(""), gzip("2\n3,4\n"));

    assertThat(written(packed, "x.csv.gz")).isEqualTo(READ);
    assertThat(written(concat(packed, new byte[512]), "x.csv.gz")).isEqualTo(READ);
  }

  @Test
  void aHeaderWithEverythingInItIsRead() {
    byte[] plain = gzip(CSV);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, 31, 0, 0, 0, 0, 0, 3});
    out.writeBytes(new byte[] {3, 0, 'x', 'y', 'z'});
    out.writeBytes("name.csv\0a comment\0".getBytes(UTF_8));
    out.writeBytes(new byte[] {1, 2});
    out.write(plain, 10, plain.length - 10);

    assertThat(written(out.toByteArray(), "x.csv.gz")).isEqualTo(READ);
  }

  @Test
  void everyCutIsNoticed() {
    byte[] packed = concat(gzip(CSV), gzip("5,6\n"));
    int first = gzip(CSV).length;
    for (int length = 2; length < packed.length; length++) {
      if (length != first) {
        assertThat(written(Arrays.copyOf(packed, length), "x.csv.gz"))
            .as("cut to %d", length)
            .startsWith("UNREADABLE_FILE: The gzip file is");
      }
    }
  }

  @Test
  void damageIsNoticed() {
    byte[] wrongSum = gzip(CSV);
    wrongSum[wrongSum.length - 8]++;
    byte[] wrongLength = gzip(CSV);
    wrongLength[wrongLength.length - 4]++;

    assertThat(written(wrongSum, "x.gz")).startsWith("UNREADABLE_FILE: The gzip file is damaged");
    assertThat(written(wrongLength, "x.gz"))
        .startsWith("UNREADABLE_FILE: The gzip file is damaged");
    assertThat(written(concat(gzip(CSV), "x".getBytes(UTF_8)), "x.gz"))
        .startsWith("UNREADABLE_FILE: The gzip file is damaged: something");
    assertThat(written(concat(gzip(CSV), new byte[5], gzip(CSV)), "x.gz"))
        .startsWith("UNREADABLE_FILE: The gzip file is damaged: something");
    assertThat(written(concat(new byte[] {0x1F, (byte) 0x8B, 9}, gzip(CSV)), "x.gz"))
        .startsWith("UNREADABLE_FILE: The gzip file is damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.csv.gz", "x.gz"})
  void whatIsNotPackedIsRefusedUnderThisName(String name) {
    assertThat(written(CSV.getBytes(UTF_8), name))
        .startsWith("UNREADABLE_FILE: The file is named .gz but is not packed");
  }

  @Test
  void emptyOrPackedTwiceIsRefused() {
    assertThat(written(gzip(""), "x.csv.gz")).startsWith("EMPTY_FILE");
    assertThat(written(gzip(gzip(CSV)), "x.csv.gz"))
        .startsWith("UNREADABLE_FILE: The file is not text. It looks like a gzip file inside");
    assertThat(written(gzip(XlsxBytes.ofCells("<c><v>1</v></c>").bytes()), "x.xlsx.gz"))
        .startsWith("UNREADABLE_FILE");
    assertThat(written(gzip(CSV), "x.pdf.gz")).startsWith("UNSUPPORTED_FORMAT");
    assertThat(written(gzip(CSV), "x.tgz")).startsWith("UNSUPPORTED_FORMAT");
  }

  @Test
  void aBombIsRefusedByItsRatio() {
    byte[] bomb = gzip("a,b\n" + "1,2\n".repeat(1 << 20));

    assertTooLarge(bomb, Budgets.with(Map.of("inflation-ratio-from", "1000000")), "200 times");
    assertThat(Reading.of(bomb, "x.csv.gz", FormatOptions.NONE).rows()).hasSize(1 << 20);
  }

  @Test
  void allFilesOfARequestShareWhatTheyMayUnpackTo() {
    byte[] packed = gzip("a\n" + "1\n".repeat(500));
    ReadBudget budget = new ReadBudget(Budgets.config(Map.of()), 2500);

    open(packed, budget);
    open(packed, budget);
    assertTooLarge(packed, budget, "2500 bytes");
  }

  /** Whatever is packed, whichever way it is read. */
  @Test
  void unpacksWhatWasPacked() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (int member = 0; member <= random.nextInt(4); member++) {
        byte[] part = new byte[random.nextInt(200_000)];
        if (random.nextBoolean()) {
          random.nextBytes(part);
        }
        plain.writeBytes(part);
        packed.writeBytes(gzip(part));
      }
      CRC32 read = new CRC32();
      try (InputStream in =
          new GzipStream(new Trickle(new ByteArrayInputStream(packed.toByteArray()), random))) {
        byte[] buffer = new byte[1 + random.nextInt(100_000)];
        int count;
        while ((count = in.read(buffer)) > 0) {
          read.update(buffer, 0, count);
        }
      }
      CRC32 expected = new CRC32();
      expected.update(plain.toByteArray());
      assertThat(read.getValue()).as("seed %d, try %d", seed, i).isEqualTo(expected.getValue());
    }
  }

  /** Gives less than it is asked for, as sockets do. */
  private static final class Trickle extends java.io.FilterInputStream {

    private final Random random;

    Trickle(InputStream in, Random random) {
      super(in);
      this.random = random;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return in.read(target, offset, 1 + random.nextInt(length));
    }
  }

  private static void assertTooLarge(byte[] packed, ReadBudget budget, String why) {
    assertThatThrownBy(() -> open(packed, budget))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem()).isEqualTo(Problem.FILE_TOO_LARGE);
              assertThat(refused).hasMessageContaining(why);
            });
  }

  private static void open(byte[] packed, ReadBudget budget) {
    Reading.withFile(
        packed,
        file -> {
          RowSources.open(file, "x.csv.gz", FormatOptions.NONE, budget).close();
          return "";
        });
  }

  private static String written(byte[] bytes, String name) {
    return Reading.written(bytes, name, FormatOptions.NONE);
  }

  private static byte[] gzip(String text) {
    return gzip(text.getBytes(UTF_8));
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
