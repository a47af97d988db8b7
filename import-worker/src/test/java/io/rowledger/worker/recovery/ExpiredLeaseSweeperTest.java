package io.rowledger.worker.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.WorkerStack;
import io.rowledger.worker.testing.Everything;
import io.rowledger.worker.testing.Imports;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WorkerStack.class)
class ExpiredLeaseSweeperTest {

  private static final int MANY = 130;

  /** A job that this worker can take over but not claim. */
  private static final int CODEC_OF_THE_FUTURE = 1_000;

  @Inject ExpiredLeaseSweeper sweeper;
  @Inject Scheduler scheduler;
  @Inject Imports imports;
  private final Database database = Everything.database();

  @BeforeAll
  static void schema() {
    Imports.migrate();
  }

  /** When a whole node dies, the last of its jobs waits no longer than the first. */
  @Test
  void oneSweepTakesOverEverythingThatHasExpired() {
    // Given; the timer's own sweep would hold some of them, and ours go past those
    scheduler.pause();
    OrgId organization = imports.organization();
    expired(organization);

    // When
    try {
      sweeper.sweep();
    } finally {
      scheduler.resume();
    }

    // Then
    assertThat(count(organization, "lease_owner IS NOT NULL")).isZero();
    assertThat(count(organization, "attempt = 1 AND fence = 2")).isEqualTo(MANY);
  }

  private void expired(OrgId organization) {
    UUID upload = UUID.randomUUID();
    database.run(
        tx -> {
          tx.update(
              """
              INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, expires_at)
              VALUES (?, ?, '{}', 'rows', '1', clock_timestamp() + interval '1 day')
              """,
              upload,
              organization.value());
          tx.update(
              """
              INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count, error_handling,
                  mapping, codec_version, created_by, status, phase, fence, started_at,
                  lease_owner, lease_pids, lease_starts, lease_expires_at)
              SELECT gen_random_uuid(), ?, ?, 'transaction_batch', 1, 1, 'continue_collect_errors',
                  '{}', ?, 'a test', 'running', 'processing', 1, clock_timestamp(),
                  'dead', '{}', '{}', clock_timestamp() - interval '1 second'
                FROM generate_series(1, ?)
              """,
              organization.value(),
              upload,
              CODEC_OF_THE_FUTURE,
              MANY);
        });
  }

  private int count(OrgId organization, String condition) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    "SELECT count(*) FROM import_job WHERE organization_id = ? AND " + condition,
                    row -> row.getInt(1),
                    organization.value())
                .orElseThrow());
  }
}
