package io.rowledger.api.format;

import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.stream.Stream;

/** A file whose encoding is settled: what the text formats start from. */
record TextFile(SourceFile file, Encoding encoding, FileScan scan, List<String> warnings) {

  Reader open() throws IOException {
    return encoding.open(file);
  }

  Interpretation interpretation(String format, int rows, List<String> columns, List<String> more) {
    return new Interpretation(
        file.name(),
        format,
        encoding.charset().name(),
        null,
        null,
        null,
        rows,
        columns,
        scan.sha256(),
        allWarnings(more));
  }

  Interpretation csvInterpretation(
      char delimiter, int headerLine, int rows, List<String> columns, List<String> more) {
    return new Interpretation(
        file.name(),
        "csv",
        encoding.charset().name(),
        String.valueOf(delimiter),
        String.valueOf(CsvDialect.QUOTE),
        headerLine,
        rows,
        columns,
        scan.sha256(),
        allWarnings(more));
  }

  private List<String> allWarnings(List<String> more) {
    return Stream.concat(warnings.stream(), more.stream()).toList();
  }
}
