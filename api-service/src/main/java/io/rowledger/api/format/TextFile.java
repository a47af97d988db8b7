package io.rowledger.api.format;

import java.io.IOException;
import java.io.Reader;
import java.util.List;

/** A file whose encoding is settled: what the text formats start from. */
record TextFile(SourceFile file, Encoding encoding, FileScan scan, List<String> warnings) {

  Reader open() throws IOException {
    return encoding.open(file);
  }

  Interpretation opened(String format) {
    return Interpretation.opened(file, format, encoding.charset().name(), scan.sha256(), warnings);
  }
}
