package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The last line of defence: updates that no correct runner makes, each refused by the database. The
 * row is read afterwards, because a refusal that leaves something behind is none.
 */
class JobGuardTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          BEFORE                                   | SET                                                       | REFUSED_BY
          completed/done free f4 2/2 18+1+1 a0     | status = 'running', phase = 'processing', completed_at = NULL | RL001
          completed/done free f4 2/2 18+1+1 a0     | succeeded = 19, failed = 0                                | RL001
          completed/done free f4 2/2 18+1+1 a0     | skipped = 2, failed = 0                                   | RL001
          completed/done free f4 2/2 18+1+1 a0     | total_items = 21                                          | RL001
          completed/done free f4 2/2 18+1+1 a0     | status = 'cancelled'                                      | RL001
          failed/done free f4 0/2 0+2+0 a0         | failed = 3                                                | RL001
          failed/done free f4 0/2 0+2+0 a0         | status = 'interrupted', failure_code = NULL               | RL001
          cancelled/done free f4 1/2 9+1+0 a0      | succeeded = 10                                            | RL001
          cancelled/done free f4 1/2 9+1+0 a0      | status = 'completed', stopped_early = true                | RL001
          interrupted/done free f4 1/2 9+1+0 a0    | status = 'running', phase = 'processing', completed_at = NULL | RL001
          running/processing held f4 1/2 9+1+0 a0  | fence = 3                                                 | RL002
          queued/queued free f4 0/2 0+0+0 a0       | fence = fence - 1                                         | RL002
          running/processing free f4 1/2 9+1+0 a0  | status = 'queued'                                         | RL003
          running/processing held f4 1/2 9+1+0 a0  | succeeded = 8                                             | RL004
          running/processing held f4 1/2 9+1+0 a0  | failed = 0                                                | RL004
          running/processing held f4 1/2 9+1+1 a0  | skipped = 0                                               | RL004
          running/processing held f4 1/2 9+1+0 a0  | succeeded = 10, failed = 0                                | RL004
          running/validating held f4 1/2 0+1+0 a0  | failed = 0                                                | RL004
          running/processing held f4 0/2 0+0+0 a0  | next_chunk = 1, succeeded = 9                             | RL005
          running/processing held f4 0/2 0+0+0 a0  | next_chunk = 1, succeeded = 11                            | RL005
          running/processing held f4 0/2 0+0+0 a0  | next_chunk = 1                                            | RL005
          running/processing held f4 0/2 0+0+0 a0  | next_chunk = 2, succeeded = 10                            | RL005
          running/processing held f4 0/2 0+0+0 a0  | succeeded = 10                                            | RL005
          running/processing held f4 1/2 10+0+0 a0 | next_chunk = 0                                            | RL005
          running/processing held f4 1/2 10+0+0 a0 | failed = 1, failure_code = 'INTERNAL_ERROR', status = 'failed', phase = 'done', completed_at = now(), lease_owner = NULL, lease_expires_at = NULL | RL005
          running/processing held f4 0/2 0+0+0 a0  | stopped_early = true, next_chunk = 1, succeeded = 11      | RL005
          running/processing held f4 1/2 10+0+0 a0 | status = 'completed', phase = 'done', completed_at = now(), lease_owner = NULL, lease_expires_at = NULL | ck_import_job_completed_is_whole
          running/processing held f4 2/2 20+0+0 a0 | status = 'completed', phase = 'done', completed_at = now() | ck_import_job_lease
          running/processing held f4 2/2 20+0+0 a0 | status = 'completed', phase = 'done', lease_owner = NULL, lease_expires_at = NULL | ck_import_job_terminal
          running/processing held f4 2/2 20+0+0 a0 | status = 'completed', completed_at = now(), lease_owner = NULL, lease_expires_at = NULL | ck_import_job_terminal
          running/processing held f4 1/2 10+0+0 a0 | completed_at = now()                                      | ck_import_job_terminal
          running/processing held f4 1/2 10+0+0 a0 | phase = 'done'                                            | ck_import_job_terminal
          running/processing held f4 1/2 10+0+0 a0 | lease_expires_at = NULL                                   | ck_import_job_lease
          running/processing held f4 1/2 10+0+0 a0 | lease_owner = NULL                                        | ck_import_job_lease
          queued/queued free f0 0/2 0+0+0 a0       | lease_owner = 'me', lease_expires_at = now()              | ck_import_job_lease
          running/validating free f4 1/2 0+1+0 a0  | status = 'failed', phase = 'done', completed_at = now()   | ck_import_job_failure
          running/validating free f4 1/2 0+1+0 a0  | failure_code = 'ROLLED_BACK'                              | ck_import_job_failure
          running/processing free f4 1/2 10+0+0 a0 | failure_code = 'ROLLED_BACK', status = 'failed', phase = 'done', completed_at = now() | ck_import_job_rolled_back
          running/applying held f4 0/2 0+0+0 a0    | next_chunk = 3                                            | ck_import_job_checkpoint
          running/applying held f4 0/2 0+0+0 a0    | next_chunk = -1                                           | ck_import_job_checkpoint
          running/applying held f4 0/2 0+0+0 a0    | succeeded = 21                                            | ck_import_job_counters
          queued/queued free f0 0/2 0+0+0 a0       | total_items = 0                                           | ck_import_job_counters
          queued/queued free f0 0/2 0+0+0 a0       | status = 'paused'                                         | ck_import_job_status
          queued/queued free f0 0/2 0+0+0 a0       | phase = 'waiting'                                         | ck_import_job_phase
          queued/queued free f0 0/2 0+0+0 a0       | kind = 'other'                                            | ck_import_job_kind
          queued/queued free f0 0/2 0+0+0 a0       | error_handling = 'ignore'                                 | ck_import_job_error_handling
          queued/queued free f0 0/2 0+0+0 a0       | unprocessed = 3                                           | 428C9
          queued/queued free f0 0/2 0+0+0 a0       | organization_id = gen_random_uuid()                       | fk_import_job_organization
          queued/queued free f0 0/2 0+0+0 a0       | upload_id = gen_random_uuid()                             | fk_import_job_upload
          """)
  void refuses(String before, String set, String refusedBy) {
    OrgId organization = DATABASE.organization();
    JobRow start = JobRow.parse(before);
    JobId id = start.insert(DATABASE, organization);

    SqlFailure failure =
        catchThrowableOfType(
            SqlFailure.class,
            () -> DATABASE.execute("UPDATE import_job SET " + set + " WHERE id = '" + id + "'"));

    assertThat(failure).isNotNull();
    assertThat(failure.sqlState() + " " + failure.getMessage()).contains(refusedBy);
    assertThat(JobRow.read(DATABASE, id)).isEqualTo(start);
  }

  /** Refusing everything would pass the table above. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          BEFORE                                   | SET
          completed/done free f4 2/2 18+1+1 a0     | metadata = '{"a":1}', lease_pids = NULL
          running/processing held f4 0/2 0+0+0 a0  | next_chunk = 1, succeeded = 7, failed = 2, skipped = 1
          running/processing held f4 0/2 0+0+0 a0  | next_chunk = 2, succeeded = 20
          running/processing held f4 0/2 0+0+0 a0  | stopped_early = true, next_chunk = 1, succeeded = 4, failed = 1
          running/processing held f4 0/2 0+0+0 a0  | heartbeat_at = now()
          running/validating held f4 2/2 0+0+0 a0  | phase = 'processing', next_chunk = 0
          queued/queued free f4 0/2 0+0+0 a0       | fence = 5, status = 'running', phase = 'processing'
          """)
  void allows(String before, String set) {
    OrgId organization = DATABASE.organization();
    JobId id = JobRow.parse(before).insert(DATABASE, organization);

    int touched =
        DATABASE
            .database()
            .transaction(
                tx -> tx.update("UPDATE import_job SET " + set + " WHERE id = ?", id.value()));

    assertThat(touched).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          STATEMENT                                                                                                   | REFUSED_BY
          INSERT INTO import_row_result VALUES (:job, 1, 2, :org, 'failed', 'X', 'm'), (:job, 1, 2, :org, 'skipped', 'X', 'm') | pk_import_row_result
          INSERT INTO import_row_result VALUES (:job, 1, 2, :org, 'succeeded', 'X', 'm')                                | ck_import_row_result_outcome
          INSERT INTO import_row_result (job_id, file_number, row_number, organization_id, outcome, code, message, value) VALUES (:job, 1, 2, :org, 'failed', 'X', 'm', repeat('x', 201)) | ck_import_row_result_value
          INSERT INTO import_row_result VALUES (gen_random_uuid(), 1, 2, :org, 'failed', 'X', 'm')                      | fk_import_row_result_job
          DELETE FROM import_job WHERE id = :job; DELETE FROM upload_chunk; DELETE FROM organization WHERE id = :org    | fk_upload_organization
          DELETE FROM upload WHERE organization_id = :org                                                               | fk_
          UPDATE upload_chunk SET row_count = 0                                                                         | ck_upload_chunk_sane
          UPDATE upload_chunk SET record_offset = -1                                                                    | ck_upload_chunk_sane
          UPDATE organization SET max_open_jobs = 0 WHERE id = :org                                                     | ck_organization_limits
          INSERT INTO organization (id, org_key, name) SELECT gen_random_uuid(), org_key, 'x' FROM organization WHERE id = :org | uq_organization_org_key
          """)
  void refusesInOtherTables(String statement, String refusedBy) {
    OrgId organization = DATABASE.organization();
    JobId id = DATABASE.job(organization, 1);
    String sql =
        statement.replace(":job", "'" + id + "'").replace(":org", "'" + organization.value() + "'");

    SqlFailure failure = catchThrowableOfType(SqlFailure.class, () -> DATABASE.execute(sql));

    assertThat(failure).isNotNull();
    assertThat(failure.getMessage()).contains(refusedBy);
  }
}
