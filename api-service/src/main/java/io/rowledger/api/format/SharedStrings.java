package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The texts that cells refer to by number. They stand apart from the sheet and are needed in any
 * order, so they are kept in memory, as bytes: half a million small strings would take several
 * times as much.
 */
final class SharedStrings {

  private static final int BLOCK_BITS = 18;
  private static final int BLOCK = 1 << BLOCK_BITS;
  private static final int TOO_LONG = -1;
  private static final int BYTES_PER_TEXT = 8;

  private final List<byte[]> blocks = new ArrayList<>();
  private final int maxBytes;
  private int[] starts = new int[64];
  private int[] lengths = new int[64];
  private int size;
  private int free = BLOCK;
  private long bytes;

  private SharedStrings(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Reads all of them.
   *
   * @param part null when the workbook has none
   * @throws ProblemException FILE_TOO_LARGE
   */
  static SharedStrings read(@Nullable InputStream part, int maxBytes) throws IOException {
    SharedStrings strings = new SharedStrings(maxBytes);
    if (part != null) {
      StringBuilder text = new StringBuilder();
      try (WorkbookXml xml = WorkbookXml.of(part)) {
        while (xml.next()) {
          if (xml.starts("si")) {
            text.setLength(0);
            strings.add(RichText.read(xml, "si", text) ? text.toString() : null);
          }
        }
      }
    }
    return strings;
  }

  int size() {
    return size;
  }

  /** The text, null when it is longer than a row may be. */
  @Nullable String get(int index) {
    if (lengths[index] == TOO_LONG) {
      return null;
    }
    byte[] block = blocks.isEmpty() ? new byte[0] : blocks.get(starts[index] >> BLOCK_BITS);
    return new String(block, starts[index] & (BLOCK - 1), lengths[index], StandardCharsets.UTF_8);
  }

  private void add(@Nullable String text) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      lengths = Arrays.copyOf(lengths, size * 2);
    }
    byte[] encoded = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    // An unused one is no reason to refuse the file; the row that refers to it is too large.
    if (encoded == null || encoded.length >= BLOCK) {
      lengths[size++] = TOO_LONG;
    } else {
      if (encoded.length > BLOCK - free) {
        blocks.add(new byte[BLOCK]);
        free = 0;
      }
      int block = Math.max(blocks.size() - 1, 0);
      if (encoded.length > 0) {
        System.arraycopy(encoded, 0, blocks.get(block), free, encoded.length);
      }
      starts[size] = (block << BLOCK_BITS) | (free & (BLOCK - 1));
      lengths[size++] = encoded.length;
      free += encoded.length;
      bytes += encoded.length;
    }
    bytes += BYTES_PER_TEXT;
    if (bytes > maxBytes) {
      throw new ProblemException(
          Problem.FILE_TOO_LARGE,
          "The workbook holds more than %d bytes of different texts. Send the sheet as CSV."
              .formatted(maxBytes));
    }
  }
}
