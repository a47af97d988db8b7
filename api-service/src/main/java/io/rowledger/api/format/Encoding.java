package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a file's bytes become characters. Always strict: a byte that cannot be decoded stops the
 * file, because a replacement character in a name is a silent change of the caller's data.
 *
 * @param markLength bytes to skip at the start
 * @param warning what was assumed, null when nothing was
 */
record Encoding(Charset charset, int markLength, @Nullable String warning) {

  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  static Encoding of(SourceFile file, ByteOrderMark mark, @Nullable Charset given, FileScan scan)
      throws IOException {
    Charset said = mark != ByteOrderMark.NONE || given == null ? mark.charset() : given;
    boolean notUtf8 = said.equals(StandardCharsets.UTF_8) && scan.firstNotUtf8() >= 0;
    if (!notUtf8) {
      return new Encoding(said, mark.length(), null);
    }
    long line = file.lineAt(scan.firstNotUtf8());
    if (given != null || mark != ByteOrderMark.NONE) {
      throw new ProblemException(
          Problem.UNREADABLE_FILE,
          ("The file is said to be UTF-8, but line %d is not valid UTF-8. Save it as UTF-8 again, or"
                  + " send its real encoding as charset.")
              .formatted(line));
    }
    return new Encoding(WINDOWS_1252, 0, assumed(line, scan.utf8Sequences()));
  }

  /** Decodes from behind the byte order mark. */
  Reader open(SourceFile file) throws IOException {
    InputStream in = file.newStream();
    try {
      in.skipNBytes(markLength);
      return charset.equals(StandardCharsets.UTF_8)
          ? new Utf8Reader(in)
          : new InputStreamReader(in, charset.newDecoder());
    } catch (IOException | RuntimeException failed) {
      in.close();
      throw failed;
    }
  }

  private static String assumed(long line, long utf8Sequences) {
    String warning =
        ("The file is not valid UTF-8 (first at line %d), so Windows-1252 was assumed. If accented"
                + " letters look wrong, save it as UTF-8 or send its encoding as charset.")
            .formatted(line);
    return utf8Sequences == 0
        ? warning
        : warning
            + " It has %d valid UTF-8 characters before that line: it may be a damaged UTF-8 file."
                .formatted(utf8Sequences);
  }
}
