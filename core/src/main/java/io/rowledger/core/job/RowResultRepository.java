package io.rowledger.core.job;

import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table {@code import_row_result}: failures and skips, each row of an upload at most once. */
@ApplicationScoped
public class RowResultRepository {

  private static final String COLUMNS =
      " file_number, row_number, row_key, entity_type, code, message, column_name, value ";

  /** Messages may quote a cell. */
  private static final String ERASED = "The data of this job was erased.";

  /** Writes outcomes in the transaction that decides them. */
  public void insert(Tx tx, OrgId organization, JobId job, List<RowResult> results) {
    if (results.isEmpty()) {
      return;
    }
    tx.update(
        """
        INSERT INTO import_row_result (job_id, organization_id, file_number, row_number, outcome, code, message,
                                       row_key, entity_type, column_name, value, cells)
        SELECT ?, ?, r.file_number, r.row_number, r.outcome, r.code, r.message,
               r.row_key, r.entity_type, r.column_name, r.value, r.cells::jsonb
          FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS r(file_number, row_number, outcome, code, message,
                                                         row_key, entity_type, column_name, value, cells)
        """,
        job.value(),
        organization.value(),
        results.stream().map(r -> r.ref().fileNumber()).toArray(Integer[]::new),
        results.stream().map(r -> r.ref().rowNumber()).toArray(Integer[]::new),
        texts(results, r -> r.failed() ? "failed" : "skipped"),
        texts(results, r -> r.problem().code().name()),
        texts(results, r -> r.problem().message()),
        texts(results, RowResult::rowKey),
        texts(results, RowResult::entityType),
        texts(results, r -> r.problem().column()),
        texts(results, r -> r.problem().value()),
        texts(results, RowResult::cells));
  }

  /** Outcomes of one sort in the order of the rows, from a row on (exclusive), without cells. */
  public List<RowResult> page(
      Tx tx, OrgId organization, JobId job, RowCode.Outcome outcome, RowRef after, int most) {
    return tx.query(
        "SELECT"
            + COLUMNS
            + """
             FROM import_row_result
             WHERE job_id = ? AND organization_id = ? AND outcome = ? AND (file_number, row_number) > (?, ?)
             ORDER BY file_number, row_number LIMIT ?
            """,
        RowResultRepository::result,
        job.value(),
        organization.value(),
        wireName(outcome),
        after.fileNumber(),
        after.rowNumber(),
        most);
  }

  /** Outcomes of both sorts in a range of rows, both ends included, without cells. */
  public List<RowResult> between(Tx tx, OrgId organization, JobId job, RowRef first, RowRef last) {
    return tx.query(
        "SELECT"
            + COLUMNS
            + """
             FROM import_row_result
             WHERE job_id = ? AND organization_id = ?
               AND (file_number, row_number) >= (?, ?) AND (file_number, row_number) <= (?, ?)
             ORDER BY file_number, row_number
            """,
        RowResultRepository::result,
        job.value(),
        organization.value(),
        first.fileNumber(),
        first.rowNumber(),
        last.fileNumber(),
        last.rowNumber());
  }

  /** How many rows of a job failed with one of these codes. */
  public int countFailed(Tx tx, OrgId organization, JobId job, Collection<RowCode> codes) {
    return tx.queryOne(
            """
            SELECT count(*) FROM import_row_result
             WHERE job_id = ? AND organization_id = ? AND outcome = 'failed' AND code = ANY(?)
            """,
            row -> row.getInt(1),
            job.value(),
            organization.value(),
            codes.stream().map(RowCode::name).toArray(String[]::new))
        .orElseThrow();
  }

  /**
   * Forgets everything of some rows that may hold a cell; code, row, column and type stay. A part
   * at a time, because a million rows in one transaction would take longer than a caller waits.
   *
   * @param after the row to begin behind
   * @return the last row looked at; empty when there was none left
   */
  public Optional<RowRef> eraseCells(Tx tx, OrgId organization, JobId job, RowRef after, int most) {
    return tx.queryOne(
        """
        WITH part AS (
            SELECT file_number, row_number FROM import_row_result
             WHERE job_id = ? AND organization_id = ? AND (file_number, row_number) > (?, ?)
             ORDER BY file_number, row_number LIMIT ?),
        erased AS (
            UPDATE import_row_result r SET value = NULL, cells = NULL, row_key = NULL, message = ?
              FROM part
             WHERE r.job_id = ? AND r.file_number = part.file_number AND r.row_number = part.row_number
               AND (r.value IS NOT NULL OR r.cells IS NOT NULL OR r.row_key IS NOT NULL OR r.message <> ?))
        SELECT file_number, row_number FROM part ORDER BY file_number DESC, row_number DESC LIMIT 1
        """,
        row -> new RowRef(row.getInt(1), row.getInt(2)),
        job.value(),
        organization.value(),
        after.fileNumber(),
        after.rowNumber(),
        most,
        ERASED,
        job.value(),
        ERASED);
  }

  /** Whether any row failed because it refers to an entity that is not there, or not one alone. */
  public boolean hasBrokenReferences(Tx tx, JobId job) {
    return tx.queryOne(
            """
            SELECT EXISTS (SELECT 1 FROM import_row_result
                            WHERE job_id = ? AND code IN ('ENTITY_NOT_FOUND', 'AMBIGUOUS_TAX_ID'))
            """,
            row -> row.getBoolean(1),
            job.value())
        .orElseThrow();
  }

  /** All failures in the order of the rows, one by one. */
  public void streamFailures(Tx tx, OrgId organization, JobId job, Consumer<RowResult> sink) {
    tx.stream(
        "SELECT"
            + COLUMNS
            + """
             FROM import_row_result WHERE job_id = ? AND organization_id = ? AND outcome = 'failed'
             ORDER BY file_number, row_number
            """,
        RowResultRepository::result,
        sink,
        job.value(),
        organization.value());
  }

  /** So many rows failed with one code at one column; the column is null when none is to blame. */
  public record FailureGroup(String code, @Nullable String column, long rows) {}

  /** Failures by code and column, the most frequent first. */
  public List<FailureGroup> failureGroups(Tx tx, OrgId organization, JobId job, int most) {
    return tx.query(
        """
        SELECT code, column_name, count(*) AS failures FROM import_row_result
         WHERE job_id = ? AND organization_id = ? AND outcome = 'failed'
         GROUP BY code, column_name ORDER BY failures DESC, code, column_name LIMIT ?
        """,
        row ->
            new FailureGroup(
                row.getString("code"), row.getString("column_name"), row.getLong("failures")),
        job.value(),
        organization.value(),
        most);
  }

  private static RowResult result(ResultSet row) throws SQLException {
    return new RowResult(
        new RowRef(row.getInt("file_number"), row.getInt("row_number")),
        row.getString("row_key"),
        row.getString("entity_type"),
        new RowProblem(
            RowCode.valueOf(row.getString("code")),
            row.getString("message"),
            row.getString("column_name"),
            row.getString("value")),
        null);
  }

  private static String wireName(RowCode.Outcome outcome) {
    return outcome == RowCode.Outcome.FAILED ? "failed" : "skipped";
  }

  private static @Nullable String[] texts(
      List<RowResult> results, Function<RowResult, @Nullable String> value) {
    return results.stream().map(value).toArray(String[]::new);
  }
}
