package io.rowledger.core.job;

import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code import_row_result}, counted. PostgreSQL does it all, and spills what does not
 * fit into its memory: a million failures come back as a few groups.
 */
@ApplicationScoped
public class RowSummaryRepository {

  /** Most examples of a group. */
  public static final int EXAMPLES = 3;

  /** Most ranges of a group. */
  public static final int RANGES = 20;

  /**
   * Rows that were refused or skipped for the same reason at the same column.
   *
   * @param examples JSON array of {@code {rowNumber, fileNumber, message, value}}, the first rows
   * @param ranges JSON array of {@code {fileNumber, from, to}}, both ends included, the first ones
   * @param rangeCount how many ranges there are in all
   */
  public record Group(
      RowCode code,
      @Nullable String column,
      int count,
      String examples,
      String ranges,
      int rangeCount) {}

  private static final String GROUPS =
      """
      WITH numbered AS MATERIALIZED (
          SELECT code, column_name, file_number, row_number,
                 row_number - row_number() OVER (PARTITION BY code, column_name, file_number ORDER BY row_number) AS island,
                 row_number() OVER (PARTITION BY code, column_name ORDER BY file_number, row_number) AS nth
            FROM import_row_result
           WHERE job_id = ? AND organization_id = ? AND outcome = ANY (?)),
      ranges AS (
          SELECT code, column_name, file_number, min(row_number) AS first_row, max(row_number) AS last_row,
                 count(*) AS row_count,
                 row_number() OVER (PARTITION BY code, column_name ORDER BY file_number, min(row_number)) AS nth
            FROM numbered GROUP BY code, column_name, file_number, island),
      reasons AS (
          SELECT code, column_name, sum(row_count)::int AS row_count, count(*)::int AS range_count,
                 json_agg(json_build_object('fileNumber', file_number, 'from', first_row, 'to', last_row)
                          ORDER BY nth) FILTER (WHERE nth <= ?) AS ranges
            FROM ranges GROUP BY code, column_name
           ORDER BY row_count DESC, code, column_name LIMIT ?),
      examples AS (
          SELECT n.code, n.column_name,
                 json_agg(json_build_object('rowNumber', n.row_number, 'fileNumber', n.file_number,
                                            'message', r.message, 'value', r.value) ORDER BY n.nth) AS examples
            FROM numbered n JOIN import_row_result r
              ON r.job_id = ? AND r.file_number = n.file_number AND r.row_number = n.row_number
           WHERE n.nth <= ? GROUP BY n.code, n.column_name)
      SELECT g.code, g.column_name, g.row_count, g.range_count, g.ranges::text, e.examples::text
        FROM reasons g JOIN examples e ON e.code = g.code AND e.column_name IS NOT DISTINCT FROM g.column_name
       ORDER BY g.row_count DESC, g.code, g.column_name
      """;

  /**
   * The reasons, the most frequent first.
   *
   * @param withSkips also rows that were skipped, not only those that failed
   * @param most groups
   */
  public List<Group> groups(Tx tx, OrgId organization, JobId job, boolean withSkips, int most) {
    String[] outcomes = withSkips ? new String[] {"failed", "skipped"} : new String[] {"failed"};
    return tx.query(
        GROUPS,
        RowSummaryRepository::group,
        job.value(),
        organization.value(),
        outcomes,
        RANGES,
        most,
        job.value(),
        EXAMPLES);
  }

  private static Group group(ResultSet row) throws SQLException {
    return new Group(
        RowCode.valueOf(row.getString("code")),
        row.getString("column_name"),
        row.getInt("row_count"),
        row.getString("examples"),
        row.getString("ranges"),
        row.getInt("range_count"));
  }
}
