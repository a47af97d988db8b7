package io.rowledger.core.chunk;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects rows and writes them as bytes: columns, then rows of length-prefixed texts.
 *
 * <p>Texts are UTF-8, except those that UTF-8 cannot carry (half a surrogate pair): they travel as
 * UTF-16 so that validation can refuse the row, instead of a silent {@code ?} being imported.
 */
final class ChunkEncoder {

  private final Bytes rows = new Bytes(64 * 1024);
  private int rowCount;
  private int firstRow;

  void add(RawRow row) {
    if (rowCount == 0) {
      firstRow = row.rowNumber();
    }
    rowCount++;
    rows.number(row.rowNumber());
    rows.text(row.malformed());
    List<@Nullable String> cells = row.cells();
    int count = cells.size();
    rows.number(count);
    for (int i = 0; i < count; i++) {
      rows.text(cells.get(i));
    }
  }

  int rowCount() {
    return rowCount;
  }

  int firstRow() {
    return firstRow;
  }

  /** Size so far in bytes, before compression and without the columns. */
  int size() {
    return rows.size;
  }

  /** The whole chunk; the encoder is empty afterwards. */
  byte[] take(int fileNumber, CellFormat format, List<String> columns) {
    Bytes head = new Bytes(1024);
    head.number(fileNumber);
    head.number(format == CellFormat.JSON ? 1 : 0);
    head.number(columns.size());
    columns.forEach(head::text);
    head.number(rowCount);
    byte[] chunk = Arrays.copyOf(head.array, head.size + rows.size);
    System.arraycopy(rows.array, 0, chunk, head.size, rows.size);
    rows.size = 0;
    rowCount = 0;
    return chunk;
  }

  /** Not a ByteArrayOutputStream: that takes a lock for each byte of a number. */
  private static final class Bytes {

    private byte[] array;
    private int size;

    Bytes(int expected) {
      array = new byte[expected];
    }

    void add(byte[] bytes, int length) {
      ensure(length);
      System.arraycopy(bytes, 0, array, size, length);
      size += length;
    }

    private void ensure(int more) {
      if (array.length - size < more) {
        array = Arrays.copyOf(array, Math.max(size + more, array.length * 2));
      }
    }

    /** Seven bits a byte, least significant first. */
    void number(int value) {
      ensure(5);
      int rest = value;
      while ((rest & ~0x7F) != 0) {
        array[size++] = (byte) ((rest & 0x7F) | 0x80);
        rest >>>= 7;
      }
      array[size++] = (byte) rest;
    }

    /** 0 = null; otherwise (length + 1) * 2, plus one when the bytes are UTF-16. */
    void text(@Nullable String text) {
      if (text == null) {
        number(0);
        return;
      }
      // The length gives nothing away: half a pair becomes one '?', as long as it was.
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      boolean lossy = hasQuestionMark(bytes) && hasLoneSurrogate(text);
      if (lossy) {
        bytes = utf16(text);
      }
      number((bytes.length + 1) * 2 + (lossy ? 1 : 0));
      add(bytes, bytes.length);
    }

    // By hand: the JDK's UTF-16 encoder replaces half a pair as well.
    private static byte[] utf16(String text) {
      byte[] bytes = new byte[text.length() * 2];
      for (int i = 0; i < text.length(); i++) {
        bytes[2 * i] = (byte) (text.charAt(i) >>> 8);
        bytes[2 * i + 1] = (byte) text.charAt(i);
      }
      return bytes;
    }

    /** What half a pair becomes: without one there is nothing to look for. */
    private static boolean hasQuestionMark(byte[] bytes) {
      for (byte next : bytes) {
        if (next == '?') {
          return true;
        }
      }
      return false;
    }

    private static boolean hasLoneSurrogate(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else if (Character.isSurrogate(c)) {
          return true;
        }
      }
      return false;
    }
  }
}
