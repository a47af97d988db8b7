package io.rowledger.api.rows;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.sql.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Opens the rows of jobs for reading. */
@ApplicationScoped
public class JobRows {

  private record Index(List<ChunkRef> chunks, DataKey key) {}

  private final Database database;
  private final UploadRepository uploads;
  private final RowResultRepository results;
  private final ChunkLog log;

  JobRows(Database database, UploadRepository uploads, RowResultRepository results, ChunkLog log) {
    this.database = database;
    this.uploads = uploads;
    this.results = results;
    this.log = log;
  }

  /**
   * Opens the rows of a job. Must be closed.
   *
   * @throws ProblemException ROWS_EXPIRED when they are gone
   */
  public RowReader open(JobOrigin origin) {
    try {
      Index index =
          database.transaction(
              origin.job().organization(),
              tx ->
                  new Index(
                      uploads.chunks(tx, origin.uploadId()),
                      uploads.keyInTime(tx, origin.job().organization(), origin.uploadId())));
      return new RowReader(
          database,
          results,
          log.reader(origin.uploadId(), index.key()),
          index.chunks(),
          origin.job());
    } catch (RowsExpiredException gone) {
      throw expired();
    }
  }

  /**
   * Reads both ends of a job's rows, so that rows that are gone are found before anybody waits for
   * them.
   *
   * @throws ProblemException ROWS_EXPIRED
   */
  public void probe(JobOrigin origin) {
    try (RowReader reader = open(origin)) {
      reader.probe();
    }
  }

  /** The one answer for rows that cannot be read any more, for whatever reason. */
  public static ProblemException expired() {
    return new ProblemException(
        Problem.ROWS_EXPIRED,
        "The rows of this job are no longer kept: their time was over, or they were erased.");
  }
}
