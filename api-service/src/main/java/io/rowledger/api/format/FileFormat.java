package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.util.Map;
import java.util.Set;

/** The text formats, told apart by content first and by the file's name second. */
enum FileFormat {
  CSV,
  JSON,
  NDJSON;

  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "xls",
          "Workbooks of the old .xls format cannot be read. Save it as .xlsx, or the sheet as CSV.",
          "xlsb",
          "Binary workbooks (.xlsb) cannot be read. Save it as .xlsx or CSV.",
          "ods",
          "OpenDocument sheets cannot be read. Save the sheet as .xlsx or CSV.",
          "zip",
          "ZIP archives cannot be read. Unpack it and send the file in it.");

  private static final Set<String> OTHERS =
      Set.of(
          "pdf", "xml", "html", "htm", "doc", "docx", "parquet", "avro", "7z", "rar", "bz2", "tar",
          "tgz", "xz", "zst");

  private static final Set<String> JSON_NAMES = Set.of("json", "ndjson", "jsonl");

  /**
   * Refuses by its name what cannot be read whatever it holds, and what is not what its name says
   * and would hardly be what its sender believes.
   */
  static void refuseByName(SourceFile file) {
    String extension = file.extension();
    String hint = UNSUPPORTED.get(extension);
    if (hint == null && OTHERS.contains(extension)) {
      hint =
          "Files of the format .%s cannot be read. Send CSV, JSON, NDJSON or .xlsx."
              .formatted(extension);
    }
    if (hint != null) {
      throw new ProblemException(Problem.UNSUPPORTED_FORMAT, hint);
    }
    if (extension.equals("gz")) {
      throw new ProblemException(
          Problem.UNREADABLE_FILE,
          "The file is named .gz but is not packed with gzip. If it was unpacked on the way, send it"
              + " without .gz in its name.");
    }
    if (extension.equals("xlsx") || extension.equals("xlsm")) {
      throw new ProblemException(
          Problem.UNREADABLE_FILE,
          ("The file is named .%s but is no workbook. Save it again in a spreadsheet program; if it is"
                  + " text, name it .csv.")
              .formatted(extension));
    }
  }

  /**
   * Decides by the start of the text.
   *
   * @param complete true when {@code start} is the whole text
   */
  static FileFormat of(String start, boolean complete, String extension) {
    String text = start.stripLeading();
    boolean namedLines = extension.equals("ndjson") || extension.equals("jsonl");
    boolean named = JSON_NAMES.contains(extension);
    if (text.startsWith("[") && (named || opens(text, "{]"))) {
      return JSON;
    }
    if (text.startsWith("{") && (named || opens(text, "\"}"))) {
      return objects(text, complete, namedLines);
    }
    if (!named) {
      return CSV;
    }
    // A table that was only given the wrong name is still a table.
    if (CsvDialect.sniff(start, complete, null).sniffedColumns() > 1 && !text.startsWith("\"")) {
      return CSV;
    }
    return namedLines ? NDJSON : JSON;
  }

  // A CSV header may begin with a bracket, as in "[id],[name]".
  private static boolean opens(String text, String expected) {
    for (int i = 1; i < text.length(); i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        return expected.indexOf(text.charAt(i)) >= 0;
      }
    }
    return false;
  }

  /** One object is a wrapper around an array, several objects are NDJSON. */
  private static FileFormat objects(String text, boolean complete, boolean namedLines) {
    int end = endOfObject(text);
    if (end < 0) {
      return namedLines && text.indexOf('\n') < 0 && text.indexOf('\r') < 0 ? NDJSON : JSON;
    }
    String rest = text.substring(end).stripLeading();
    if (!rest.isEmpty()) {
      return rest.startsWith("{") || namedLines ? NDJSON : JSON;
    }
    boolean oneLine = text.substring(0, end).lines().count() == 1;
    return !complete || (namedLines && oneLine) ? NDJSON : JSON;
  }

  /** Index behind the object that the text starts with, -1 when it does not end here. */
  private static int endOfObject(String text) {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++;
        } else {
          inString = c != '"';
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
