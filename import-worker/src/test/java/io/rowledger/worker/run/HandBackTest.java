package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rowledger.core.job.JobId;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.TakeoverRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.testing.WorkerDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A process has to end, and a run of it does not. */
class HandBackTest {

  private static final LeaseConfig CONFIG =
      new LeaseConfig() {
        @Override
        public Duration duration() {
          return Duration.ofSeconds(60);
        }

        @Override
        public Duration heartbeat() {
          return Duration.ofSeconds(10);
        }

        @Override
        public Duration sweep() {
          return Duration.ofSeconds(2);
        }

        @Override
        public Duration maxChunkTime() {
          return Duration.ofMinutes(2);
        }

        @Override
        public int maxAttempts() {
          return 5;
        }

        @Override
        public int maxConnectionLosses() {
          return 20;
        }
      };

  private final Database database = WorkerDatabase.database();
  private final LeaseRepository leases = new LeaseRepository();
  private final Heartbeats heartbeats = new Heartbeats(database, leases, CONFIG);
  private final HandBack handBack =
      new HandBack(database, heartbeats, leases, new TakeoverRepository());

  @Test
  void aTransactionThatDoesNotEndIsUndoneAndItsJobIsFree() {
    try (Session runner = WorkerDatabase.session()) {
      // Given a run in the middle of its transaction
      JobId job = heldBy(runner);
      UUID written = UUID.randomUUID();

      // When
      SqlFailure ended =
          catchThrowableOfType(
              SqlFailure.class,
              () ->
                  runner.transaction(
                      tx -> {
                        tx.update(
                            "INSERT INTO organization (id, org_key, name) VALUES (?, ?, 'Test')",
                            written,
                            "org-" + written);
                        handBack.all();
                        return tx.queryOne("SELECT 1", row -> row.getInt(1));
                      }));

      // Then
      assertThat(ended.isUnavailable()).isTrue();
      assertThat(WorkerDatabase.text("SELECT count(*) FROM organization WHERE id = ?", written))
          .isEqualTo("0");
      assertThat(stateOf(job)).isEqualTo("running free, fence 2, attempt 0, may be claimed");
    }
  }

  @Test
  void aJobThatSomebodyElseHoldsByNowStaysWithThem() {
    try (Session runner = WorkerDatabase.session()) {
      JobId job = heldBy(runner);
      database.run(
          tx ->
              tx.update(
                  "UPDATE import_job SET fence = 7, lease_owner = 'other' WHERE id = ?",
                  job.value()));

      handBack.all();

      assertThat(stateOf(job)).isEqualTo("running other, fence 7, attempt 0, may be claimed");
      Optional<Integer> alive =
          runner.transaction(tx -> tx.queryOne("SELECT 1", row -> row.getInt(1)));
      assertThat(alive).hasValue(1);
    }
  }

  private JobId heldBy(Session runner) {
    Scope scope = WorkerDatabase.scope();
    JobId job = scope.job();
    database.run(
        tx -> {
          tx.update(
              """
              INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, expires_at)
              VALUES (?, ?, '{}', 'rows', '1', clock_timestamp() + interval '1 day')
              """,
              job.value(),
              scope.organization().value());
          tx.update(
              """
              INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count, error_handling,
                  mapping, codec_version, created_by, status, phase, fence, started_at,
                  lease_owner, lease_pids, lease_starts, lease_expires_at)
              VALUES (?, ?, ?, 'transaction_batch', 1, 1, 'continue_collect_errors',
                  '{}', 1, 'a test', 'running', 'processing', 1, clock_timestamp(),
                  'me', ?, ?, clock_timestamp() + interval '1 minute')
              """,
              job.value(),
              scope.organization().value(),
              job.value(),
              new Integer[] {runner.backend().pid()},
              new String[] {runner.backend().startedAt()});
        });
    heartbeats.add(new Holding(new Lease(job, 1), () -> {}));
    assertThat(heartbeats.held()).isEqualTo(List.of(new Lease(job, 1)));
    return job;
  }

  private static String stateOf(JobId job) {
    return WorkerDatabase.text(
        """
        SELECT format('%s %s, fence %s, attempt %s, %s', status, coalesce(lease_owner, 'free'), fence, attempt,
                      CASE WHEN not_before IS NULL THEN 'may be claimed' ELSE 'rests' END)
          FROM import_job WHERE id = ?
        """,
        job.value());
  }
}
