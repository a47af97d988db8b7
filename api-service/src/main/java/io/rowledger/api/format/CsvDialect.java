package io.rowledger.api.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file separates its cells.
 *
 * @param skipsHintLine true when the first line is Excel's {@code sep=;}, which is not data
 * @param sniffedColumns columns of the header under this delimiter
 */
record CsvDialect(char delimiter, boolean skipsHintLine, int sniffedColumns) {

  static final char QUOTE = '"';

  /** In order of preference when the file does not tell them apart. */
  private static final char[] CANDIDATES = {',', ';', '\t', '|'};

  private static final int RECORDS = 30;
  private static final int CHARACTERS = 64 * 1024;

  /**
   * Guesses from the start of a file.
   *
   * @param complete false when the text goes on in the file, so that its last record may be cut
   */
  static CsvDialect sniff(String start, boolean complete, @Nullable Character given) {
    boolean whole = complete && start.length() <= CHARACTERS;
    String text = start.substring(0, Math.min(start.length(), CHARACTERS));
    Character hint = hint(text);
    String data = hint == null ? text : text.substring(endOfLine(text));
    if (given != null || hint != null) {
      char delimiter = given != null ? given : hint;
      return new CsvDialect(delimiter, hint != null, header(data, whole, delimiter));
    }
    char best = CANDIDATES[0];
    double bestShare = 0;
    int bestColumns = 1;
    for (char candidate : CANDIDATES) {
      List<Integer> counts = cellCounts(data, whole, candidate);
      int columns = counts.isEmpty() ? 1 : counts.get(0);
      double share = share(counts, columns);
      boolean better = share > bestShare || (share == bestShare && columns > bestColumns);
      if (columns > 1 && better) {
        best = candidate;
        bestShare = share;
        bestColumns = columns;
      }
    }
    return new CsvDialect(best, false, bestColumns);
  }

  private static int header(String data, boolean whole, char delimiter) {
    List<Integer> counts = cellCounts(data, whole, delimiter);
    return counts.isEmpty() ? 1 : counts.get(0);
  }

  // How many records have as many cells as the header.
  private static double share(List<Integer> counts, int columns) {
    long same = counts.stream().filter(count -> count == columns).count();
    return counts.isEmpty() ? 0 : (double) same / counts.size();
  }

  private static @Nullable Character hint(String text) {
    String line = text.substring(0, lineEnd(text));
    if (line.length() >= 2 && line.charAt(0) == QUOTE && line.charAt(line.length() - 1) == QUOTE) {
      line = line.substring(1, line.length() - 1);
    }
    boolean hint = line.length() == 5 && line.regionMatches(true, 0, "sep=", 0, 4);
    return hint && ",;|\t".indexOf(line.charAt(4)) >= 0 ? line.charAt(4) : null;
  }

  private static int lineEnd(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) != '\r' && text.charAt(end) != '\n') {
      end++;
    }
    return end;
  }

  private static int endOfLine(String text) {
    int end = lineEnd(text);
    return text.startsWith("\r\n", end) ? end + 2 : Math.min(end + 1, text.length());
  }

  private static List<Integer> cellCounts(String text, boolean whole, char delimiter) {
    List<Integer> counts = new ArrayList<>();
    boolean quoted = false;
    boolean cellStart = true;
    boolean blank = true;
    int cells = 1;
    for (int i = 0; i < text.length() && counts.size() < RECORDS; i++) {
      char c = text.charAt(i);
      if (quoted) {
        // A doubled quote closes and opens again, which comes to the same.
        quoted = c != QUOTE;
      } else if (c == QUOTE && (cellStart || text.charAt(i - 1) == QUOTE)) {
        quoted = true;
        blank = false;
        cellStart = false;
      } else if (c == '\r' || c == '\n') {
        if (!blank) {
          counts.add(cells);
        }
        cells = 1;
        blank = true;
        cellStart = true;
      } else {
        cells += c == delimiter ? 1 : 0;
        cellStart = c == delimiter;
        blank &= c == ' ';
      }
    }
    // A record that the end of the sample cuts says nothing, unless it is all there is.
    if (!blank && !quoted && counts.size() < RECORDS && (whole || counts.isEmpty())) {
      counts.add(cells);
    }
    return counts;
  }
}
