package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Looks at the size of an archive's directory before it is opened: the JDK loads all of it, and a
 * file that is nothing but directory would take several times its size of memory.
 */
final class ZipDirectory {

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int MAX_COMMENT = 0xFFFF;

  /** A generous mean: 46 bytes and a name; hardly any workbook uses a tenth of it. */
  private static final long BYTES_PER_ENTRY = 256;

  private ZipDirectory() {}

  /**
   * Checks.
   *
   * @throws ProblemException FILE_TOO_LARGE, UNREADABLE_FILE
   */
  static void check(Path file, int maxEntries) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      int length = (int) Math.min(size, LOCATOR_BYTES + END_BYTES + MAX_COMMENT);
      ByteBuffer tail = read(channel, size - length, length);
      int end = end(tail);
      if (end < 0) {
        throw WorkbookZip.damaged();
      }
      long bytes = Integer.toUnsignedLong(tail.getInt(end + 12));
      if (end >= LOCATOR_BYTES && tail.getInt(end - LOCATOR_BYTES) == LOCATOR_SIGNATURE) {
        long record = tail.getLong(end - LOCATOR_BYTES + 8);
        if (record < 0 || record > size - 56) {
          throw WorkbookZip.damaged();
        }
        long bytes64 = read(channel, record, 56).getLong(40);
        // As unsigned, so that a negative size is a huge one.
        bytes = Long.compareUnsigned(bytes64, bytes) > 0 || bytes == 0xFFFFFFFFL ? bytes64 : bytes;
      }
      if (Long.compareUnsigned(bytes, maxEntries * BYTES_PER_ENTRY) > 0) {
        throw tooManyEntries(maxEntries);
      }
    }
  }

  static ProblemException tooManyEntries(int maxEntries) {
    return new ProblemException(
        Problem.FILE_TOO_LARGE,
        "The workbook is made of more than %d files. Save it again in a spreadsheet program, or send"
                .formatted(maxEntries)
            + " the sheet as CSV.");
  }

  // The last one must end the file: with two of them, we and the JDK might look at different ones.
  private static int end(ByteBuffer tail) {
    for (int i = tail.limit() - END_BYTES; i >= 0; i--) {
      if (tail.getInt(i) == END_SIGNATURE) {
        int comment = Short.toUnsignedInt(tail.getShort(i + 20));
        return i + END_BYTES + comment == tail.limit() ? i : -1;
      }
    }
    return -1;
  }

  private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
      // Reads may be short.
    }
    return buffer.flip();
  }
}
