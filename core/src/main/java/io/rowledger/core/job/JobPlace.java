package io.rowledger.core.job;

import io.rowledger.core.row.RowRef;
import java.util.Locale;

/**
 * Where a job stood when a try of it failed, as far as its checkpoint says. Files have numbers here
 * and no names: the words outlive the erasure of an upload, and a name may say whose it was.
 *
 * @param fileNumber from 1; 0 when all files are meant
 * @param firstRow number of the first row
 * @param rows how many rows, this one included
 */
public record JobPlace(JobPhase phase, int fileNumber, int firstRow, int rows) {

  /** All rows at once: those of a job that is applied in one transaction. */
  public static JobPlace everything(JobPhase phase, int rows) {
    return new JobPlace(phase, 0, 0, rows);
  }

  /** One row of it. */
  public JobPlace at(RowRef row) {
    return new JobPlace(phase, row.fileNumber(), row.rowNumber(), 1);
  }

  /** For a sentence: "the 2000 rows from row 4002 of file 1 on (phase processing)". */
  public String words() {
    if (fileNumber == 0) {
      return String.format(Locale.ROOT, "all %d rows (phase %s)", rows, phase.wireName());
    }
    return rows == 1
        ? String.format(
            Locale.ROOT, "row %d of file %d (phase %s)", firstRow, fileNumber, phase.wireName())
        : String.format(
            Locale.ROOT,
            "the %d rows from row %d of file %d on (phase %s)",
            rows,
            firstRow,
            fileNumber,
            phase.wireName());
  }
}
