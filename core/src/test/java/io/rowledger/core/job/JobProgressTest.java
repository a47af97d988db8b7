package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten chunks of ten rows; measured from 12:00:00. */
class JobProgressTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final JobRepository jobs = new JobRepository();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          continue_collect_errors | queued     | free | 0  | 0 | 0   | 12:00:00 | 0  | -   | -
          continue_collect_errors | processing | held | 0  | 0 | 0   | 12:00:10 | 0  | -   | -
          continue_collect_errors | processing | held | 4  | 0 | 40  | 12:00:10 | 40 | 4   | 15
          continue_collect_errors | processing | held | 4  | 2 | 40  | 12:00:10 | 40 | 2   | 30
          continue_collect_errors | processing | held | 4  | 4 | 40  | 12:00:10 | 40 | -   | -
          continue_collect_errors | processing | free | 4  | 0 | 40  | 12:00:10 | 40 | -   | -
          continue_collect_errors | processing | held | 4  | 0 | 40  | 12:00:00 | 40 | -   | -
          continue_collect_errors | processing | held | 4  | 0 | 40  | 11:59:59 | 40 | -   | -
          continue_collect_errors | processing | held | 10 | 0 | 100 | 12:00:30 | 99 | 3.3 | 0
          rollback_all            | validating | held | 5  | 0 | 0   | 12:00:10 | 25 | 5   | 30
          rollback_all            | validating | held | 10 | 0 | 3   | 12:00:20 | 50 | 5   | 20
          rollback_all            | applying   | held | 0  | 0 | 0   | 12:00:10 | 50 | -   | -
          stop_keep_success       | processing | held | 5  | 0 | 50  | 12:00:10 | 75 | 5   | 10
          """)
  void anOpenJob(
      String handling,
      String phase,
      String lease,
      int nextChunk,
      int measuredFromChunk,
      int done,
      String heartbeat,
      int percent,
      Double rowsPerSecond,
      Long etaSeconds) {
    JobView job =
        job(
            """
            error_handling = '%s', status = '%s', phase = '%s', next_chunk = %d, succeeded = %d,
            measured_from = '2026-01-31T12:00:00Z', measured_from_chunk = %d,
            heartbeat_at = '2026-01-31T%sZ', lease_owner = %s, lease_expires_at = %s
            """
                .formatted(
                    handling,
                    phase.equals("queued") ? "queued" : "running",
                    phase,
                    nextChunk,
                    done,
                    measuredFromChunk,
                    heartbeat,
                    lease.equals("held") ? "'w'" : "NULL",
                    lease.equals("held") ? "clock_timestamp()" : "NULL"));

    assertThat(JobProgress.of(job)).isEqualTo(new JobProgress(percent, rowsPerSecond, etaSeconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          completed | 100 | 2026-01-31T12:00:00Z | 100 | 10
          cancelled | 30  | 2026-01-31T12:00:00Z | 30  | 3
          cancelled | 0   | 2026-01-31T12:00:00Z | 0   | -
          cancelled | 0   | -                    | 0   | -
          """)
  void aJobThatHasEnded(String status, int done, String started, int percent, Double rate) {
    JobView job =
        job(
            """
            status = '%s', phase = 'done', succeeded = %d, started_at = %s,
            completed_at = '2026-01-31T12:00:10Z'
            """
                .formatted(status, done, started == null ? "NULL" : "'" + started + "'"));

    assertThat(JobProgress.of(job)).isEqualTo(new JobProgress(percent, rate, 0L));
  }

  private JobView job(String assignments) {
    OrgId organization = DATABASE.organization();
    JobId id = DATABASE.job(organization, 10);
    DATABASE.execute("UPDATE import_job SET " + assignments + " WHERE id = '" + id + "'");
    return DATABASE.database().transaction(tx -> jobs.find(tx, organization, id)).orElseThrow();
  }
}
