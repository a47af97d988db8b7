package io.rowledger.api.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a file was read (contract section 3). Holds no cell values, so it may be stored with the job.
 *
 * @param fileName the caller's name of the file, without folders
 * @param format {@code csv}, {@code json} or {@code ndjson}
 * @param encoding name of the charset, {@code UTF-8} for instance
 * @param delimiter CSV only: one character
 * @param quote CSV only: one character
 * @param headerLine CSV only: physical line of the header, from 1
 * @param rows rows read so far; all of them after the end
 * @param sha256 of the file's bytes, lower case hex
 * @param warnings sentences for people: what was assumed or ignored
 */
public record Interpretation(
    String fileName,
    String format,
    String encoding,
    @Nullable String delimiter,
    @Nullable String quote,
    @Nullable Integer headerLine,
    int rows,
    List<String> columns,
    String sha256,
    List<String> warnings) {

  public Interpretation {
    columns = List.copyOf(columns);
    warnings = List.copyOf(warnings);
  }
}
