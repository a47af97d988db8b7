package io.rowledger.core.chunk;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ChunkEncoder} wrote. */
final class ChunkDecoder {

  private final byte[] bytes;
  private int position;

  private ChunkDecoder(byte[] bytes) {
    this.bytes = bytes;
  }

  static Chunk decode(byte[] bytes) {
    return new ChunkDecoder(bytes).chunk();
  }

  private Chunk chunk() {
    int fileNumber = number();
    CellFormat format = number() == 1 ? CellFormat.JSON : CellFormat.TEXT;
    String[] columns = new String[number()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = text();
    }
    int rowCount = number();
    List<RawRow> rows = new ArrayList<>(rowCount);
    for (int i = 0; i < rowCount; i++) {
      int rowNumber = number();
      String malformed = text();
      @Nullable String[] cells = new String[number()];
      for (int cell = 0; cell < cells.length; cell++) {
        cells[cell] = text();
      }
      rows.add(new RawRow(rowNumber, Arrays.asList(cells), malformed));
    }
    return new Chunk(fileNumber, format, List.of(columns), rows);
  }

  private int number() {
    int value = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes[position++];
      value |= (next & 0x7F) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }

  private @Nullable String text() {
    int header = number();
    if (header == 0) {
      return null;
    }
    int length = header / 2 - 1;
    int start = position;
    position += length;
    return (header & 1) == 0
        ? new String(bytes, start, length, StandardCharsets.UTF_8)
        : utf16(start, length);
  }

  private String utf16(int start, int length) {
    char[] chars = new char[length / 2];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) ((bytes[start + 2 * i] & 0xFF) << 8 | (bytes[start + 2 * i + 1] & 0xFF));
    }
    return new String(chars);
  }
}
