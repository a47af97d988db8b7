package io.rowledger.api.format;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a file was read (contract section 3). Holds no cell values, so it may be stored with the job.
 *
 * @param fileName the caller's name of the file, without folders
 * @param format {@code csv}, {@code json}, {@code ndjson} or {@code xlsx}
 * @param compression {@code gzip}, null for a file that was sent as it is
 * @param encoding name of the charset, {@code UTF-8} for instance; null for a workbook
 * @param delimiter CSV only: one character
 * @param quote CSV only: one character
 * @param sheet workbooks only: name of the sheet
 * @param headerLine CSV: physical line of the header, from 1; workbooks: its row; null for JSON
 * @param rows rows read so far; all of them after the end
 * @param sha256 of the file's bytes as they were sent, lower case hex
 * @param warnings sentences for people: what was assumed or ignored
 */
public record Interpretation(
    String fileName,
    String format,
    @Nullable String compression,
    @Nullable String encoding,
    @Nullable String delimiter,
    @Nullable String quote,
    @Nullable String sheet,
    @Nullable Integer headerLine,
    int rows,
    List<String> columns,
    String sha256,
    List<String> warnings) {

  public Interpretation {
    columns = List.copyOf(columns);
    warnings = List.copyOf(warnings);
  }

  /** A file that was only opened, so far. */
  static Interpretation opened(
      SourceFile file,
      String format,
      @Nullable String encoding,
      String sha256,
      List<String> warnings) {
    return new Interpretation(
        file.name(),
        format,
        file.gzipped() ? "gzip" : null,
        encoding,
        null,
        null,
        null,
        null,
        0,
        List.of(),
        sha256,
        warnings);
  }

  Interpretation asCsv(char itsDelimiter, int itsHeaderLine) {
    return new Interpretation(
        fileName,
        format,
        compression,
        encoding,
        String.valueOf(itsDelimiter),
        String.valueOf(CsvDialect.QUOTE),
        null,
        itsHeaderLine,
        rows,
        columns,
        sha256,
        warnings);
  }

  Interpretation asSheet(String itsName, int itsHeaderRow) {
    return new Interpretation(
        fileName,
        format,
        compression,
        encoding,
        null,
        null,
        itsName,
        itsHeaderRow,
        rows,
        columns,
        sha256,
        warnings);
  }

  Interpretation soFar(int rowsRead, List<String> itsColumns, List<String> moreWarnings) {
    return new Interpretation(
        fileName,
        format,
        compression,
        encoding,
        delimiter,
        quote,
        sheet,
        headerLine,
        rowsRead,
        itsColumns,
        sha256,
        Stream.concat(warnings.stream(), moreWarnings.stream()).toList());
  }
}
