package io.rowledger.api.format;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The mark at the start of a text file that says its encoding. */
enum ByteOrderMark {
  NONE(StandardCharsets.UTF_8, ""),
  UTF_8(StandardCharsets.UTF_8, "efbbbf"),
  UTF_16LE(StandardCharsets.UTF_16LE, "fffe"),
  UTF_16BE(StandardCharsets.UTF_16BE, "feff");

  private final Charset charset;
  private final String hex;

  ByteOrderMark(Charset charset, String hex) {
    this.charset = charset;
    this.hex = hex;
  }

  static ByteOrderMark of(byte[] start) {
    String first = HexFormat.of().formatHex(start, 0, Math.min(3, start.length));
    for (ByteOrderMark mark : values()) {
      if (mark != NONE && first.startsWith(mark.hex)) {
        return mark;
      }
    }
    return NONE;
  }

  int length() {
    return hex.length() / 2;
  }

  /** What the mark says; UTF-8 when there is none. */
  Charset charset() {
    return charset;
  }

  /** False when a caller's charset contradicts the mark. "UTF-16" leaves the order to the mark. */
  boolean agreesWith(Charset given) {
    return this == NONE
        || charset.equals(given)
        || (this != UTF_8 && given.equals(StandardCharsets.UTF_16));
  }
}
