package io.rowledger.worker.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.event.Outbox;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Database;
import io.rowledger.worker.recovery.FailedTries.Cause;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.testing.WorkerDatabase;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a job is tried, how long it rests in between, and what is said when it is given up. */
class FailedTriesTest {

  private static final String PLACE = "the 10 rows from row 12 of file 1 on (phase processing)";
  private static final String ALL = "all 30 rows (phase applying)";
  private static final String MORE =
      ". What was imported before stays; the logs of the workers say more.";

  private final Database database = WorkerDatabase.database();
  private final Scope scope = WorkerDatabase.scope();
  private final Lease lease = new Lease(scope.job(), 7);
  private final FailedTries tries =
      new FailedTries(new LeaseRepository(), new Limits(), new Outbox());

  /** A job of three chunks, held, at its second one. */
  @BeforeEach
  void aJobInWork() {
    UUID upload = UUID.randomUUID();
    database.run(
        tx -> {
          tx.update(
              """
              INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, expires_at)
              VALUES (?, ?, '{}', 'rows', '1', clock_timestamp() + interval '1 day')
              """,
              upload,
              scope.organization().value());
          tx.update(
              "INSERT INTO upload_chunk SELECT ?, n, 1, n * 10 + 2, 10, 0, n FROM"
                  + " generate_series(0, 2) AS n",
              upload);
          new JobRepository()
              .insert(
                  tx,
                  new NewJob(
                      scope.job(),
                      scope.organization(),
                      upload,
                      JobKind.TRANSACTION,
                      30,
                      3,
                      ErrorHandling.CONTINUE_COLLECT_ERRORS,
                      "{}",
                      "{}",
                      "{}",
                      1,
                      "a test",
                      false,
                      null,
                      Lineage.NONE));
          tx.update(
              """
              UPDATE import_job SET status = 'running', phase = 'validating', fence = 7, lease_owner = 'a worker',
                     lease_expires_at = clock_timestamp(), started_at = clock_timestamp(), next_chunk = 1
               WHERE id = ?
              """,
              scope.job().value());
          tx.update("UPDATE import_job SET phase = 'processing' WHERE id = ?", scope.job().value());
        });
  }

  @ParameterizedTest
  @CsvSource({
    "WORKER_LOST, 0, 0, 1/0 rests 0",
    "WORKER_LOST, 1, 0, 2/0 rests 1",
    "WORKER_LOST, 3, 19, 4/19 rests 3",
    "WORK_FAILED, 0, 0, 1/0 rests 1",
    "WORK_FAILED, 3, 0, 4/0 rests 4",
    "CONNECTION_LOST, 0, 0, 0/1 rests 1",
    "CONNECTION_LOST, 4, 1, 4/2 rests 2",
    "CONNECTION_LOST, 0, 4, 0/5 rests 16",
    "CONNECTION_LOST, 0, 18, 0/19 rests 30",
  })
  void eachTryComesLaterThanTheOneBefore(Cause cause, int attempts, int losses, String after) {
    past(attempts, losses);

    assertThat(count(cause, null)).isTrue();

    assertThat(
            text(
                """
                SELECT attempt || '/' || connection_losses || ' rests '
                       || coalesce(round(extract(epoch FROM not_before - updated_at)), 0)
                  FROM import_job WHERE id = ? AND lease_owner IS NULL AND status = 'running'
                """))
        .isEqualTo(after);
  }

  @Test
  void thenTheJobIsGivenUpAndThePlaceIsNamed() {
    past(4, 0);

    assertThat(count(Cause.WORKER_LOST, null)).isTrue();

    assertThat(said())
        .isEqualTo("TOO_MANY_ATTEMPTS: 5 workers in a row did not come through " + PLACE + MORE);
    assertThat(text("SELECT event_type FROM outbox WHERE job_id = ?"))
        .isEqualTo("io.rowledger.job.interrupted.v1");
  }

  @Test
  void aRowThatIsKnownIsThePlace() {
    past(4, 0);

    assertThat(count(Cause.WORK_FAILED, new RowRef(1, 17))).isTrue();

    assertThat(said())
        .isEqualTo(
            "TOO_MANY_ATTEMPTS: 5 tries in a row failed, the last one at row 17 of file 1 (phase"
                + " processing)"
                + MORE);
  }

  @Test
  void aTransactionOfAllRowsHasNoOtherPlace() {
    past(4, 0);
    database.run(
        tx ->
            tx.update(
                "UPDATE import_job SET phase = 'applying' WHERE id = ?", scope.job().value()));

    assertThat(count(Cause.WORKER_LOST, null)).isTrue();

    assertThat(said()).contains(ALL);
  }

  @Test
  void brokenConnectionsHaveALimitOfTheirOwn() {
    past(0, 19);

    assertThat(count(Cause.CONNECTION_LOST, null)).isTrue();

    assertThat(said())
        .isEqualTo(
            "TOO_MANY_ATTEMPTS: 20 times in a row the connection to the database broke at "
                + PLACE
                + MORE);
  }

  @Test
  void whoLostTheLeaseCountsNothing() {
    past(4, 19);
    Lease old = new Lease(scope.job(), 6);

    for (Cause cause : Cause.values()) {
      assertThat(database.<Boolean>transaction(tx -> tries.count(tx, old, cause, null))).isFalse();
    }

    assertThat(text("SELECT status || attempt FROM import_job WHERE id = ?")).isEqualTo("running4");
  }

  private boolean count(Cause cause, @Nullable RowRef row) {
    return database.transaction(tx -> tries.count(tx, lease, cause, row));
  }

  private void past(int attempts, int losses) {
    database.run(
        tx ->
            tx.update(
                "UPDATE import_job SET attempt = ?, connection_losses = ? WHERE id = ?",
                attempts,
                losses,
                scope.job().value()));
  }

  private String said() {
    return text("SELECT worker_error FROM import_job WHERE id = ? AND status = 'interrupted'");
  }

  private String text(String sql) {
    return WorkerDatabase.text(sql, scope.job().value());
  }

  private static final class Limits implements LeaseConfig {
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
  }
}
