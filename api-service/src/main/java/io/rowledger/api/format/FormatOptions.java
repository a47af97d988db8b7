package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the caller's form fields say about the files, as written. Checked by {@link
 * RowSources#open}, which refuses bad values with VALIDATION_ERROR and the field's name.
 *
 * @param delimiter {@code , ; |} or a tab (also written {@code tab} or {@code \t}); null: find out
 * @param charset a charset's name such as {@code ISO-8859-1}; null: find out
 * @param sheet a sheet's name or its number from 1; null: the first
 */
public record FormatOptions(
    @Nullable String delimiter, @Nullable String charset, @Nullable String sheet) {

  public static final FormatOptions NONE = new FormatOptions(null, null, null);

  /** The same text for options that mean the same, also for such as will be refused. */
  public String normalized() {
    String charsetName = charset == null ? "" : charset.strip().toLowerCase(Locale.ROOT);
    try {
      Charset given = givenCharset();
      charsetName = given == null ? "" : given.name();
    } catch (ProblemException unknown) {
      // Opening the file says so.
    }
    String sign = delimiter == null ? "" : delimiter.toLowerCase(Locale.ROOT);
    return "delimiter=%s charset=%s sheet=%s"
        .formatted(
            sign.equals("tab") || sign.equals("\\t") ? "\t" : sign,
            charsetName,
            sheet == null ? "" : sheet.strip());
  }

  @Nullable Character delimiterCharacter() {
    if (delimiter == null || delimiter.isEmpty()) {
      return null;
    }
    return switch (delimiter.toLowerCase(Locale.ROOT)) {
      case "," -> ',';
      case ";" -> ';';
      case "|" -> '|';
      case "\t", "tab", "\\t" -> '\t';
      default ->
          throw invalid(
              "delimiter", "delimiter must be one of , ; | or tab; leave it out to guess.");
    };
  }

  @Nullable Charset givenCharset() {
    if (charset == null || charset.isBlank()) {
      return null;
    }
    try {
      return Charset.forName(charset.strip());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
      throw invalid(
          "charset", "charset is not known here; use UTF-8, windows-1252, ISO-8859-1 or UTF-16LE.");
    }
  }

  static ProblemException invalid(String field, String message) {
    return new ProblemException(
        Problem.VALIDATION_ERROR, message, List.of(new ProblemException.Detail(field, message)));
  }
}
