package io.rowledger.api.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An uploaded file that can be read more than once: once for its digest and encoding, once for its
 * rows.
 *
 * @param name the caller's name without folders
 * @param gzipped whether its bytes have to be unpacked
 */
record SourceFile(Path path, String name, boolean gzipped) {

  private static final String GZIP = ".gz";

  // Some browsers send the whole path of the caller's disk.
  static SourceFile of(Path path, String fileName) throws IOException {
    int folder = Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\'));
    boolean gzipped = GzipStream.isGzip(new SourceFile(path, "", false).firstBytes(2));
    return new SourceFile(path, fileName.substring(folder + 1), gzipped);
  }

  /** Lower case, without the dot, and of what is inside a gzip file; empty when there is none. */
  String extension() {
    String inner = name.toLowerCase(Locale.ROOT);
    if (gzipped && inner.endsWith(GZIP)) {
      inner = inner.substring(0, inner.length() - GZIP.length());
    }
    int dot = inner.lastIndexOf('.');
    return dot < 0 ? "" : inner.substring(dot + 1);
  }

  /** What the file holds, unpacked. */
  InputStream newStream() throws IOException {
    InputStream in = Files.newInputStream(path);
    return gzipped ? new GzipStream(in) : in;
  }

  byte[] firstBytes(int limit) throws IOException {
    try (InputStream in = newStream()) {
      return in.readNBytes(limit);
    }
  }

  /** The physical line, from 1, that holds the byte at an offset; for ASCII-compatible charsets. */
  long lineAt(long offset) throws IOException {
    long line = 1;
    try (InputStream in = newStream()) {
      byte[] buffer = new byte[64 * 1024];
      boolean carriageReturn = false;
      long left = offset;
      int count;
      while (left > 0 && (count = in.read(buffer, 0, (int) Math.min(buffer.length, left))) > 0) {
        for (int i = 0; i < count; i++) {
          if (buffer[i] == '\r' || (buffer[i] == '\n' && !carriageReturn)) {
            line++;
          }
          carriageReturn = buffer[i] == '\r';
        }
        left -= count;
      }
    }
    return line;
  }
}
