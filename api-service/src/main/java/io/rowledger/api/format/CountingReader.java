package io.rowledger.api.format;

import java.io.IOException;
import java.io.Reader;

/** Counts what went through it, so that a parser's failure can be told apart by its place. */
final class CountingReader extends Reader {

  private final Reader in;
  private long characters;
  private boolean atEnd;

  CountingReader(Reader in) {
    this.in = in;
  }

  long characters() {
    return characters;
  }

  /** True once the end of the file was seen. */
  boolean atEnd() {
    return atEnd;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    int count = in.read(buffer, offset, length);
    if (count < 0) {
      atEnd = true;
    } else {
      characters += count;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
