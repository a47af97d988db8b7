package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Opens uploaded files as rows. */
public final class RowSources {

  /** Enough to see a row that is too large, in one byte or two for each character. */
  private static final int START_BYTES = 2 * RowSource.MAX_ROW_BYTES + 64 * 1024;

  private static final int MAGIC_BYTES = 16;

  private RowSources() {}

  /**
   * Finds out how a file must be read, and reads up to its first row. Reads all of it once before,
   * for its digest and its encoding.
   *
   * @param fileName the caller's name of the file; only a hint, content decides
   * @param budget of the request that the file belongs to
   * @throws ProblemException UNSUPPORTED_FORMAT, UNREADABLE_FILE, FILE_TOO_LARGE, EMPTY_FILE,
   *     DUPLICATE_HEADER, ROW_TOO_LARGE, or VALIDATION_ERROR naming {@code delimiter}, {@code
   *     charset} or {@code sheet}
   * @throws UncheckedIOException when our own disk fails
   */
  public static RowSource open(
      Path file, String fileName, FormatOptions options, ReadBudget budget) {
    Character delimiter = options.delimiterCharacter();
    Charset charset = options.givenCharset();
    try {
      SourceFile source = SourceFile.of(file, fileName);
      byte[] start = source.firstBytes(MAGIC_BYTES);
      if (!source.gzipped() && WorkbookZip.isZip(start)) {
        return Workbook.open(source, options.sheet(), budget, workbookWarnings(source, options));
      }
      if (!source.gzipped() && OleFile.isOle(start)) {
        throw OleFile.refusal(file);
      }
      FileFormat.refuseByName(source);
      return openText(source, delimiter, charset, options.sheet(), budget);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Opens a file that is known to hold nothing but a JSON array in UTF-8, whatever its name says.
   *
   * @throws ProblemException UNREADABLE_FILE, EMPTY_FILE or ROW_TOO_LARGE
   * @throws UncheckedIOException when our own disk fails
   */
  public static RowSource openJsonArray(Path file, String fileName, ReadBudget budget) {
    try {
      SourceFile source = SourceFile.of(file, fileName);
      FileScan scan = FileScan.of(source, budget);
      Encoding encoding = Encoding.of(source, ByteOrderMark.NONE, StandardCharsets.UTF_8, scan);
      return JsonRows.openDocument(new TextFile(source, encoding, scan, List.of()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static RowSource openText(
      SourceFile file,
      @Nullable Character delimiter,
      @Nullable Charset charset,
      @Nullable String sheet,
      ReadBudget budget)
      throws IOException {
    byte[] bytes = file.firstBytes(START_BYTES);
    boolean complete = bytes.length < START_BYTES;
    refuseBinary(bytes);
    ByteOrderMark mark = ByteOrderMark.of(bytes);
    if (charset != null && !mark.agreesWith(charset)) {
      throw FormatOptions.invalid(
          "charset",
          "charset says %s, but the file begins with the byte order mark of %s."
              .formatted(charset.name(), mark.charset().name()));
    }
    // Good enough to look at the structure: delimiters and quotes are ASCII.
    Charset likely = mark == ByteOrderMark.NONE && charset != null ? charset : mark.charset();
    String start = new String(bytes, mark.length(), bytes.length - mark.length(), likely);
    if (complete && start.isBlank()) {
      throw new ProblemException(
          Problem.EMPTY_FILE, "The file is empty. It needs at least one row.");
    }
    FileFormat format = FileFormat.of(start, complete, file.extension());
    if (format == FileFormat.CSV && !complete && start.lines().limit(2).count() < 2) {
      // Without this, the digest of a huge single line would be made before it is refused.
      throw RowSize.tooLarge(1);
    }
    FileScan scan = FileScan.of(file, budget);
    Encoding encoding = Encoding.of(file, mark, charset, scan);
    List<String> warnings = warnings(file, format, encoding, delimiter);
    if (sheet != null) {
      warnings.add("sheet is for workbooks and was ignored.");
    }
    TextFile text = new TextFile(file, encoding, scan, warnings);
    return switch (format) {
      case CSV -> CsvRows.open(text, CsvDialect.sniff(start, complete, delimiter));
      case JSON -> JsonRows.openDocument(text);
      case NDJSON -> JsonRows.openLines(text);
    };
  }

  private static List<String> workbookWarnings(SourceFile file, FormatOptions options) {
    List<String> warnings = new ArrayList<>();
    String extension = file.extension();
    if (!extension.equals("xlsx") && !extension.equals("xlsm")) {
      warnings.add("The file is not named .xlsx but is a workbook, and was read as such.");
    }
    if (options.delimiter() != null && !options.delimiter().isEmpty()) {
      warnings.add("delimiter is for CSV and was ignored.");
    }
    if (options.charset() != null && !options.charset().isBlank()) {
      warnings.add("charset is for text and was ignored.");
    }
    return warnings;
  }

  private static void refuseBinary(byte[] bytes) {
    String looks = BinaryLook.of(bytes);
    if (looks != null) {
      throw new ProblemException(
          Problem.UNREADABLE_FILE, "The file is not text. It looks like " + looks + ".");
    }
  }

  private static List<String> warnings(
      SourceFile file, FileFormat format, Encoding encoding, @Nullable Character delimiter) {
    List<String> warnings = new ArrayList<>();
    if (encoding.warning() != null) {
      warnings.add(encoding.warning());
    }
    String extension = file.extension();
    boolean namedCsv = extension.equals("csv") || extension.equals("tsv");
    boolean namedJson =
        extension.equals("json") || extension.equals("ndjson") || extension.equals("jsonl");
    if (format == FileFormat.CSV ? namedJson : namedCsv) {
      warnings.add(
          "The file is named .%s but holds %s, and was read as such."
              .formatted(
                  extension,
                  format == FileFormat.CSV ? "CSV" : format.name().toUpperCase(Locale.ROOT)));
    }
    if (format != FileFormat.CSV && delimiter != null) {
      warnings.add("delimiter is for CSV and was ignored.");
    }
    return warnings;
  }
}
