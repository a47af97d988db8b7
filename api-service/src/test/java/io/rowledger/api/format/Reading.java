package io.rowledger.api.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.RawRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads bytes as an uploaded file and writes down what came out, for tables of examples. */
record Reading(List<RawRow> rows, Interpretation interpretation) {

  static Reading of(byte[] bytes, String fileName, FormatOptions options) {
    return withFile(
        bytes,
        file -> {
          try (RowSource source = RowSources.open(file, fileName, options, Budgets.byDefault())) {
            List<RawRow> rows = new ArrayList<>();
            for (RawRow row = source.next(); row != null; row = source.next()) {
              rows.add(row);
            }
            return new Reading(rows, source.interpretation());
          }
        });
  }

  static Reading of(String text, String fileName) {
    return of(text.getBytes(UTF_8), fileName, FormatOptions.NONE);
  }

  interface Use<T extends @Nullable Object> {
    T with(Path file) throws IOException;
  }

  static <T extends @Nullable Object> T withFile(byte[] bytes, Use<T> use) {
    try {
      Path file = Files.createTempFile("rowledger-upload", ".tmp");
      try {
        Files.write(file, bytes);
        return use.with(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The columns, then each row as {@code number: cell¦cell}, null as ∅, complaints behind !. */
  static String written(byte[] bytes, String fileName, FormatOptions options) {
    try {
      Reading reading = of(bytes, fileName, options);
      String head = String.join("¦", reading.interpretation().columns());
      return reading.rows().stream()
          .map(Reading::written)
          .collect(Collectors.joining("\n", head + "\n", ""));
    } catch (ProblemException refused) {
      return refused.problem() + ": " + refused.getMessage();
    }
  }

  private static String written(RawRow row) {
    String cells =
        row.cells().stream()
            .map(cell -> cell == null ? "∅" : cell)
            .collect(Collectors.joining("¦"));
    return row.rowNumber() + ": " + cells + (row.malformed() == null ? "" : " !" + row.malformed());
  }
}
