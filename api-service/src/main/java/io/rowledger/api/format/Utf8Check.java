package io.rowledger.api.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whether bytes are valid UTF-8, fed piece by piece. Counts no characters and makes none: the
 * answer must be right for the whole file before its first row is decoded.
 */
final class Utf8Check {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private long offset;
  private long sequenceStart;
  private long firstInvalid = -1;
  private long sequences;
  // Inside a sequence: how many bytes are missing, and the range of the next one.
  private int missing;
  private int lowest;
  private int highest;

  void accept(byte[] bytes, int length) {
    if (firstInvalid < 0) {
      int invalid = scan(bytes, length);
      if (invalid >= 0) {
        firstInvalid = missing > 0 ? sequenceStart : offset + invalid;
      }
    }
    offset += length;
  }

  /** Offset of the first byte that is not UTF-8, -1 when all is well. Call at the end. */
  long firstInvalid() {
    return firstInvalid < 0 && missing > 0 ? sequenceStart : firstInvalid;
  }

  /** Well-formed characters outside of ASCII before the first invalid byte. */
  long sequences() {
    return sequences;
  }

  private int scan(byte[] bytes, int length) {
    int i = 0;
    while (i < length) {
      if (missing == 0) {
        i = skipAscii(bytes, i, length);
        if (i == length) {
          return -1;
        }
        sequenceStart = offset + i;
        if (!begin(bytes[i] & 0xFF)) {
          return i;
        }
      } else {
        int next = bytes[i] & 0xFF;
        if (next < lowest || next > highest) {
          return i;
        }
        lowest = 0x80;
        highest = 0xBF;
        if (--missing == 0) {
          sequences++;
        }
      }
      i++;
    }
    return -1;
  }

  private static int skipAscii(byte[] bytes, int from, int length) {
    int i = from;
    while (i + Long.BYTES <= length && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
      i += Long.BYTES;
    }
    while (i < length && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  // The ranges keep out overlong forms, surrogates and what lies beyond U+10FFFF.
  private boolean begin(int lead) {
    lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      missing = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      missing = 2;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      missing = 3;
    }
    return missing > 0;
  }
}
