package io.rowledger.api.upload;

import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import jakarta.enterprise.context.ApplicationScoped;

/** Ends jobs as a worker would have ended them: none runs here. */
@ApplicationScoped
class Ending {

  private final Database database;

  Ending() {
    this.database = Everything.database();
  }

  /**
   * Ends a job.
   *
   * @param status a terminal one
   * @param succeeded how many rows, of the first ones without a result
   * @param results such as {@code 1 3 failed VALIDATION_ERROR}: file, row, outcome, code
   */
  void end(String jobId, String status, int succeeded, String... results) {
    database.run(
        tx -> {
          int failed = 0;
          for (String result : results) {
            String[] words = result.split(" ", -1);
            failed += words[2].equals("failed") ? 1 : 0;
            tx.update(
                """
                INSERT INTO import_row_result (job_id, organization_id, file_number, row_number, outcome, code,
                                               message, row_key, column_name, value, cells)
                SELECT id, organization_id, ?, ?, ?, ?, 'What is "wrong", precisely', 'a key', 'amount', 'ten',
                       '{"amount": "ten"}'
                  FROM import_job WHERE id = ?::uuid
                """,
                Integer.parseInt(words[0]),
                Integer.parseInt(words[1]),
                words[2],
                words[3],
                jobId);
          }
          tx.update(
              """
              UPDATE import_job
                 SET status = ?, phase = 'done', completed_at = clock_timestamp(), succeeded = ?, failed = ?, skipped = ?,
                     stopped_early = ? + ? < total_items,
                     failure_code = CASE WHEN ? = 'failed' THEN 'ROLLED_BACK' END, failure_message = 'm'
               WHERE id = ?::uuid
              """,
              status,
              succeeded,
              failed,
              results.length - failed,
              succeeded,
              results.length,
              status,
              jobId);
        });
  }
}
