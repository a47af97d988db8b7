package io.rowledger.api.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.MalformedInputException;

/**
 * Decodes UTF-8 that {@link Utf8Check} found valid. The JDK's decoder falls to one character at a
 * time behind the first accented letter of a buffer, which halves the speed of real names.
 */
final class Utf8Reader extends Reader {

  private static final int LONGEST = 4;

  private final InputStream in;
  private final byte[] bytes;
  private int position;
  private int limit;
  private boolean atEnd;
  // The second half of a character for which the caller's array had room for one half only.
  private char pending;

  Utf8Reader(InputStream in) {
    this(in, 16 * 1024);
  }

  Utf8Reader(InputStream in, int bufferSize) {
    this.in = in;
    this.bytes = new byte[bufferSize];
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int out = offset;
    int end = offset + length;
    if (pending != 0) {
      target[out++] = pending;
      pending = 0;
    } else if (!fill()) {
      return -1;
    }
    while (out < end && position < limit) {
      int ascii = Math.min(end - out, limit - position);
      while (ascii > 0 && bytes[position] >= 0) {
        target[out++] = (char) bytes[position++];
        ascii--;
      }
      if (ascii == 0) {
        continue;
      }
      int size = sizeOf(bytes[position] & 0xFF);
      if (limit - position < size) {
        break;
      }
      int codePoint = decode(size);
      position += size;
      if (size < LONGEST) {
        target[out++] = (char) codePoint;
      } else {
        target[out++] = Character.highSurrogate(codePoint);
        char low = Character.lowSurrogate(codePoint);
        if (out < end) {
          target[out++] = low;
        } else {
          pending = low;
        }
      }
    }
    return out - offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Makes sure that a whole character is in the buffer; false at the end. */
  private boolean fill() throws IOException {
    if (limit - position < LONGEST && !atEnd) {
      System.arraycopy(bytes, position, bytes, 0, limit - position);
      limit -= position;
      position = 0;
      while (limit < LONGEST && !atEnd) {
        int count = in.read(bytes, limit, bytes.length - limit);
        atEnd = count < 0;
        limit += Math.max(count, 0);
      }
    }
    if (position < limit && limit - position < sizeOf(bytes[position] & 0xFF)) {
      throw new MalformedInputException(limit - position);
    }
    return position < limit;
  }

  private static int sizeOf(int lead) {
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : LONGEST;
  }

  private int decode(int size) {
    int first = bytes[position];
    int second = bytes[position + 1] & 0x3F;
    if (size == 2) {
      return (first & 0x1F) << 6 | second;
    }
    int third = bytes[position + 2] & 0x3F;
    if (size == 3) {
      return (first & 0x0F) << 12 | second << 6 | third;
    }
    return (first & 0x07) << 18 | second << 12 | third << 6 | (bytes[position + 3] & 0x3F);
  }
}
