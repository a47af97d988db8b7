package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952) to its very end. The JDK's stream takes a broken header behind the first
 * member for the end of the file, and half of the rows would be lost without a word.
 */
final class GzipStream extends InputStream {

  private static final int FLAG_CHECKSUM = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int FLAGS_UNKNOWN = 0xE0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int limit;
  private long packed;
  private boolean begun;
  private boolean inMember;
  private boolean atEnd;

  GzipStream(InputStream in) {
    this.in = in;
  }

  static boolean isGzip(byte[] start) {
    return start.length >= 2 && (start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B;
  }

  /** How many bytes of the file were taken so far. */
  long packedBytes() {
    return packed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      while (!atEnd) {
        if (!inMember && !nextMember()) {
          atEnd = true;
          break;
        }
        int count = inflater.inflate(target, offset, length);
        if (count > 0) {
          checksum.update(target, offset, count);
          return count;
        }
        if (inflater.finished()) {
          endMember();
        } else if (inflater.needsDictionary()) {
          throw damaged("it needs a dictionary");
        } else {
          feed();
        }
      }
      return -1;
    } catch (DataFormatException broken) {
      throw damaged("its data cannot be unpacked");
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }

  private void feed() throws IOException {
    if (position == limit && !fill()) {
      throw cut();
    }
    inflater.setInput(buffer, position, limit - position);
    position = limit;
  }

  /** Reads a member's header; false when the file ends where one might begin. */
  private boolean nextMember() throws IOException {
    if (position == limit && !fill()) {
      return false;
    }
    int first = next();
    if (begun && first == 0) {
      padding();
      return false;
    }
    if (first != 0x1F || next() != 0x8B || next() != 8) {
      throw damaged("something that is not gzip follows its end");
    }
    int flags = next();
    if ((flags & FLAGS_UNKNOWN) != 0) {
      throw damaged("its header has flags that nobody knows");
    }
    skip(6);
    if ((flags & FLAG_EXTRA) != 0) {
      skip(next() | next() << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_CHECKSUM) != 0) {
      skip(2);
    }
    begun = true;
    inMember = true;
    return true;
  }

  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    if (int32() != checksum.getValue()) {
      throw damaged("its checksum does not match");
    }
    if (int32() != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
      throw damaged("its length does not match");
    }
    inflater.reset();
    checksum.reset();
    inMember = false;
  }

  // Tapes and block devices fill up the last block with zeros.
  private void padding() throws IOException {
    while (position < limit || fill()) {
      if (buffer[position++] != 0) {
        throw damaged("something that is not gzip follows its end");
      }
    }
  }

  private long int32() throws IOException {
    return next() | (long) next() << 8 | (long) next() << 16 | (long) next() << 24;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    int read;
    do {
      read = next();
    } while (read != 0);
  }

  private int next() throws IOException {
    if (position == limit && !fill()) {
      throw cut();
    }
    return buffer[position++] & 0xFF;
  }

  private boolean fill() throws IOException {
    int count = in.read(buffer, 0, buffer.length);
    position = 0;
    limit = Math.max(count, 0);
    packed += limit;
    return limit > 0;
  }

  private static ProblemException cut() {
    return new ProblemException(
        Problem.UNREADABLE_FILE,
        "The gzip file is cut off: its end is missing. Pack it again and send all of it.");
  }

  private static ProblemException damaged(String why) {
    return new ProblemException(
        Problem.UNREADABLE_FILE, "The gzip file is damaged: %s. Pack it again.".formatted(why));
  }
}
