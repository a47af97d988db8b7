package io.rowledger.api.failures;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import de.siegmar.fastcsv.writer.QuoteStrategy;
import io.rowledger.api.rows.JobRows;
import io.rowledger.api.rows.RowReader;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.sql.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The CSV of a job's failures in its three forms, written while it is read. */
@ApplicationScoped
class FailuresCsv {

  /** So that Excel takes the file for UTF-8. */
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Database database;
  private final RowResultRepository results;
  private final JobRows rows;

  FailuresCsv(Database database, RowResultRepository results, JobRows rows) {
    this.database = database;
    this.results = results;
    this.rows = rows;
  }

  /** The failures alone, in the fixed columns of the kind. */
  Response failures(JobView job, boolean excel) {
    return attachment(
        "failures-%s.csv".formatted(job.id()),
        excel,
        // As it always was: quotes only where they are needed.
        QuoteStrategies.REQUIRED,
        sink -> {
          sink.accept(FailureItem.csvHeader(job.kind()));
          database.run(
              job.organization(),
              tx ->
                  results.streamFailures(
                      tx,
                      job.organization(),
                      job.id(),
                      result -> sink.accept(FailureItem.csv(result, job.kind()))));
        });
  }

  /**
   * Rows of one file in the caller's own columns.
   *
   * @throws io.rowledger.api.problem.ProblemException ROWS_EXPIRED
   */
  Response rows(JobOrigin origin, OwnColumns.Form form, int file, boolean excel) {
    // After the first byte nobody can be told any more.
    rows.probe(origin);
    return attachment(
        "%s-%s-%d.csv".formatted(form.fileName(), origin.job().id(), file),
        excel,
        // Nothing to mistake for a delimiter, a blank line or white space to strip.
        QuoteStrategies.NON_EMPTY,
        sink -> {
          try (RowReader reader = rows.open(origin)) {
            OwnColumns columns = new OwnColumns(form, reader.columns(file));
            sink.accept(columns.header());
            reader.read(
                number -> number == file,
                form.outcomes(),
                (chunk, row, outcome, result) -> sink.accept(columns.record(row, outcome, result)));
          }
        });
  }

  private static Response attachment(
      String fileName,
      boolean excel,
      QuoteStrategy quotes,
      Consumer<Consumer<List<@Nullable String>>> content) {
    StreamingOutput out = stream -> write(stream, excel, quotes, content);
    return Response.ok(out)
        .header("Content-Disposition", "attachment; filename=\"%s\"".formatted(fileName))
        .header("Cache-Control", "private, no-cache")
        .build();
  }

  private static void write(
      OutputStream stream,
      boolean excel,
      QuoteStrategy quotes,
      Consumer<Consumer<List<@Nullable String>>> content)
      throws IOException {
    Writer text = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
    if (excel) {
      text.write(BYTE_ORDER_MARK);
    }
    try (CsvWriter csv = CsvWriter.builder().quoteStrategy(quotes).build(text)) {
      content.accept(
          cells ->
              csv.writeRecord(excel ? cells.stream().map(ExcelCell::harmless).toList() : cells));
    }
  }
}
