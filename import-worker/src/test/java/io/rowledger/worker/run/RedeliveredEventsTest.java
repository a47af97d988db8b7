package io.rowledger.worker.run;

import static io.rowledger.worker.testing.Records.event;
import static io.rowledger.worker.testing.Records.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.job.Counts;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.userevent.UserEventOptions;
import io.rowledger.core.userevent.UserEventRecord;
import io.rowledger.worker.target.KnownEntities;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.testing.WorkerDatabase;
import io.rowledger.worker.userevent.UserEventTarget;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the guard of a chunk is good for: entities that events bring along are counted once. */
class RedeliveredEventsTest {

  private static final Duration LEASE = Duration.ofMinutes(1);

  private final Database database = WorkerDatabase.database();
  private final LeaseRepository leases = new LeaseRepository();
  private final Scope scope = WorkerDatabase.scope();
  private final JobId job = scope.job();
  private Lease lease;

  @BeforeEach
  void aClaimedJobOfTwoChunksOfTwoRows() {
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
              """
              INSERT INTO upload_chunk SELECT ?, n, 1, n * 2 + 2, 2, 0, n FROM generate_series(0, 1) AS n
              """,
              upload);
          new JobRepository()
              .insert(
                  tx,
                  new NewJob(
                      job,
                      scope.organization(),
                      upload,
                      JobKind.USER_EVENT,
                      4,
                      2,
                      ErrorHandling.CONTINUE_COLLECT_ERRORS,
                      "{}",
                      "{}",
                      "{\"fileName\":\"events.csv\",\"entitiesCreated\":0}",
                      1,
                      "a test",
                      false,
                      null,
                      Lineage.NONE));
          // As a claim would; claiming itself could take another test's job.
          tx.update(
              """
              UPDATE import_job SET status = 'running', phase = 'processing', fence = 1, lease_owner = 'a worker',
                     lease_expires_at = clock_timestamp() + interval '1 minute', started_at = clock_timestamp()
               WHERE id = ?
              """,
              job.value());
        });
    lease = new Lease(job, 1);
  }

  @Test
  void aChunkThatComesAgainCountsNothingAgain() {
    List<Row<UserEventRecord>> first =
        List.of(row(2, event("a", "60281044856", "BR")), row(3, event("b", "11144477735", "BR")));
    List<Row<UserEventRecord>> second =
        List.of(row(4, event("c", "60281044856", "BR")), row(5, event("d", "52998224725", "BR")));

    run(lease, 0, first);
    assertThatThrownBy(() -> run(lease, 0, first)).isInstanceOf(LeaseLostException.class);
    run(lease, 1, second);
    assertThatThrownBy(() -> run(lease, 1, second)).isInstanceOf(LeaseLostException.class);

    JobView view = view();
    assertThat(view.metadata()).contains("\"entitiesCreated\": 3", "\"fileName\": \"events.csv\"");
    assertThat(view.counts()).isEqualTo(new Counts(4, 0, 0));
    assertThat(count("entities")).isEqualTo("3");
    assertThat(count("user_events")).isEqualTo("4");
  }

  @Test
  void whoLostTheLeaseLeavesNeitherEntityNorCount() {
    List<Row<UserEventRecord>> rows =
        List.of(row(2, event("a", "60281044856", "BR")), row(3, event("b", "11144477735", "BR")));
    Lease old = lease;
    database.run(
        tx -> tx.update("UPDATE import_job SET fence = fence + 1 WHERE id = ?", job.value()));

    assertThatThrownBy(() -> run(old, 0, rows)).isInstanceOf(LeaseLostException.class);
    assertThat(view().metadata()).contains("\"entitiesCreated\": 0");
    assertThat(count("entities")).isEqualTo("0");

    run(new Lease(job, 2), 0, rows);
    assertThat(view().metadata()).contains("\"entitiesCreated\": 2");
  }

  /** The transaction of one chunk, as a runner does it. */
  private void run(Lease held, int chunkNumber, List<Row<UserEventRecord>> rows) {
    ChunkTransaction<UserEventRecord> chunk =
        new ChunkTransaction<>(
            new UserEventTarget(UserEventOptions.DEFAULTS, new KnownEntities()),
            new RowResultRepository(),
            scope);
    database.run(
        tx -> {
          Counts counts = chunk.writeAll(tx, rows);
          if (chunk.entitiesCreated() > 0) {
            leases.countEntities(tx, held, chunk.entitiesCreated());
          }
          if (leases.advance(tx, held, chunkNumber, chunkNumber + 1, counts, LEASE).isEmpty()) {
            throw new LeaseLostException(held);
          }
        });
  }

  private JobView view() {
    return database.transaction(
        tx -> new JobRepository().find(tx, scope.organization(), job).orElseThrow());
  }

  private String count(String table) {
    return WorkerDatabase.text(
        "SELECT count(*) FROM " + table + " WHERE organization_id = ?",
        scope.organization().value());
  }
}
