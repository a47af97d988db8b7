package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntConsumer;
import java.util.zip.CRC32;
import java.util.zip.ZipException;

/**
 * One XML part of a workbook, unpacked. Counts every byte; refuses what an XML parser would gather
 * in memory (a name, text or attribute without end); and compares the checksum, which the JDK's
 * archive does not.
 */
final class PartStream extends FilterInputStream {

  /** More than the largest row as text, each character escaped. */
  private static final int MAX_RUN = 8 * RowSource.MAX_ROW_BYTES;

  private final long expected;
  private final IntConsumer counter;
  private final CRC32 checksum = new CRC32();
  private int run;

  PartStream(InputStream in, long expected, IntConsumer counter) {
    super(in);
    this.expected = expected;
    this.counter = counter;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count;
    try {
      count = in.read(target, offset, length);
    } catch (ZipException | EOFException broken) {
      throw WorkbookZip.damaged();
    }
    if (count < 0) {
      if (expected >= 0 && checksum.getValue() != expected) {
        throw WorkbookZip.damaged();
      }
      return count;
    }
    counter.accept(count);
    checksum.update(target, offset, count);
    watchRun(target, offset, count);
    return count;
  }

  private void watchRun(byte[] bytes, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      run = bytes[i] == '<' ? 0 : run + 1;
    }
    if (run > MAX_RUN) {
      throw new ProblemException(
          Problem.UNREADABLE_FILE,
          "The workbook holds %d bytes in a row that are no cell. Save it again in a spreadsheet"
                  .formatted(MAX_RUN)
              + " program.");
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
