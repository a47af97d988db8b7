package io.rowledger.api.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The check and the decoder against the JDK's, on random text that is cut and broken at random. */
class Utf8Test {

  private static final int[] HIGHEST = {0x7F, 0x7F, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

  private final Random random = new Random(20260101);

  @Test
  void agreesWithTheJdkOnWhatIsValid() {
    int invalid = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = randomText(1 + random.nextInt(40)).getBytes(UTF_8);
      if (random.nextBoolean()) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      byte[] cut = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));

      long expected = firstInvalidOfJdk(cut);

      assertThat(firstInvalid(cut)).as("%s", Arrays.toString(cut)).isEqualTo(expected);
      invalid += expected < 0 ? 0 : 1;
    }
    assertThat(invalid).isBetween(2_000, 18_000);
  }

  @Test
  void decodesLikeTheJdkWhereverItsBuffersEnd() throws IOException {
    for (int round = 0; round < 3_000; round++) {
      String text = randomText(random.nextInt(300));
      Utf8Reader reader =
          new Utf8Reader(new ByteArrayInputStream(text.getBytes(UTF_8)), 4 + random.nextInt(20));
      StringBuilder read = new StringBuilder();
      char[] piece = new char[1 + random.nextInt(9)];
      for (int count = reader.read(piece); count >= 0; count = reader.read(piece)) {
        assertThat(count).isPositive();
        read.append(piece, 0, count);
      }

      assertThat(read.toString()).isEqualTo(text);
    }
  }

  private long firstInvalid(byte[] bytes) {
    Utf8Check check = new Utf8Check();
    for (int at = 0; at < bytes.length; ) {
      int size = Math.min(1 + random.nextInt(20), bytes.length - at);
      check.accept(Arrays.copyOfRange(bytes, at, at + size), size);
      at += size;
    }
    return check.firstInvalid();
  }

  private static long firstInvalidOfJdk(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    var result = UTF_8.newDecoder().decode(in, CharBuffer.allocate(bytes.length), true);
    return result.isError() ? in.position() : -1;
  }

  private String randomText(int codePoints) {
    StringBuilder text = new StringBuilder();
    while (text.codePointCount(0, text.length()) < codePoints) {
      int codePoint = random.nextInt(HIGHEST[random.nextInt(HIGHEST.length)] + 1);
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    return text.toString();
  }
}
