package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.core.job.Counts;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.WorkerStack;
import io.rowledger.worker.recovery.ExpiredLeaseSweeper;
import io.rowledger.worker.testing.Everything;
import io.rowledger.worker.testing.Imports;
import io.rowledger.worker.testing.Imports.Import;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.health.Liveness;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that no worker comes through: they end, and nobody else notices. */
@QuarkusTest
@QuarkusTestResource(WorkerStack.class)
class PoisonTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TRIED_FOUR_TIMES = "UPDATE import_job SET attempt = 4 WHERE id = ?";

  @Inject Imports imports;
  @Inject Worker worker;
  @Inject Bell bell;
  @Inject @Liveness StuckThreadsCheck stuckThreads;
  @Inject ExpiredLeaseSweeper sweeper;
  private final Database database = Everything.database();
  private OrgId organization;

  @BeforeAll
  static void schema() {
    Imports.migrate();
  }

  @BeforeEach
  void anOrganization() {
    organization = imports.organization();
  }

  @Test
  void whateverAJobThrowsEndsTheJobAndNoSlot() {
    // Given more of them than there are slots, each at its last try
    List<String> sorts =
        List.of(
            "parse-overflow",
            "parse-assertion",
            "parse-memory",
            "parse-exception",
            "write-assertion");
    List<JobId> poison =
        sorts.stream().map(sort -> submit(TRIED_FOUR_TIMES, "a-" + sort + " " + sort)).toList();

    // When
    bell.ring();

    // Then
    for (int i = 0; i < sorts.size(); i++) {
      JobView ended = imports.ended(organization, poison.get(i));
      String row = "row 3 of file 1 (phase processing)";
      String chunk = "the 2 rows from row 2 of file 1 on (phase processing)";
      boolean known = sorts.get(i).startsWith("parse") && !sorts.get(i).equals("parse-memory");
      assertThat(ended.status()).isEqualTo(JobStatus.INTERRUPTED);
      assertThat(ended.workerError())
          .startsWith("TOO_MANY_ATTEMPTS: 5 tries in a row failed, the last one at ")
          .contains(known ? row : chunk)
          .doesNotContain("secret");
      assertThat(ended.counts()).isEqualTo(Counts.ZERO);
    }
    assertOthersGoOn();
    assertThat(worker.stuckThreads()).isZero();
  }

  /** Four chunks are a transaction; the third one is poison, read ahead of any writing. */
  @Test
  void whatIsGoodBeforeThePoisonIsImportedAndThePlaceIsTheChunk() {
    // Given
    JobId job = submit("SELECT ?", "n-1", "n-2", "n-3 parse-assertion", "n-4", "n-5");

    // When the first try fails, and the second, which comes a chunk at a time
    bell.ring();
    until(() -> view(job).counts().succeeded() == 2 && view(job).attempt() == 1);
    update(TRIED_FOUR_TIMES, job);

    // Then
    JobView ended = imports.ended(organization, job);
    assertThat(ended.status()).isEqualTo(JobStatus.INTERRUPTED);
    assertThat(ended.counts()).isEqualTo(new Counts(2, 0, 0));
    assertThat(ended.unprocessed()).isEqualTo(4);
    assertThat(ended.workerError()).contains("row 3 of file 3 (phase processing)");
    assertThat(imports.records(organization)).isEqualTo(2);
  }

  @Test
  void aHangingJobEndsAndItsSlotIsReplaced() {
    // Given
    PoisonPlans.awake = false;
    try {
      JobId hangs = submit(TRIED_FOUR_TIMES, "h-1 parse-hang");

      // When
      bell.ring();
      until(() -> worker.stuckThreads() == 1);

      // Then
      assertThat(stuckThreads.call().getStatus().name()).isEqualTo("UP");
      assertOthersGoOn();
      JobView ended = imports.ended(organization, hangs);
      assertThat(ended.status()).isEqualTo(JobStatus.INTERRUPTED);
      assertThat(ended.workerError())
          .isEqualTo(
              "TOO_MANY_ATTEMPTS: 5 workers in a row did not come through the 2 rows from row 2 of"
                  + " file 1 on (phase processing). What was imported before stays; the logs of"
                  + " the workers say more.");
    } finally {
      PoisonPlans.awake = true;
    }
    until(() -> worker.stuckThreads() == 0);
    assertThat(imports.records(organization)).isZero();
  }

  /** PostgreSQL itself ends the connection that brings such a row, as a crashed backend would. */
  @Test
  void aConnectionThatBreaksIsNoAttemptButNotForEver() {
    // Given
    database.run(
        tx ->
            tx.execute(
                """
                CREATE FUNCTION break_connection() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
                CREATE TRIGGER tr_break_connection BEFORE INSERT ON transactions FOR EACH ROW
                    WHEN (NEW.external_id LIKE 'breaks-%') EXECUTE FUNCTION break_connection();
                """));
    JobId outage;
    try {
      JobId poison =
          submit("UPDATE import_job SET connection_losses = 19 WHERE id = ?", "breaks-ever");
      outage = submit("SELECT ?", "breaks-once");

      // When
      bell.ring();

      // Then
      JobView ended = imports.ended(organization, poison);
      assertThat(ended.workerError())
          .startsWith(
              "TOO_MANY_ATTEMPTS: 20 times in a row the connection to the database broke at row 2");
      until(() -> losses(outage) >= 2);
      assertThat(view(outage).attempt()).isZero();
    } finally {
      database.run(tx -> tx.execute("DROP TRIGGER tr_break_connection ON transactions"));
    }
    assertThat(imports.ended(organization, outage).outcome()).isEqualTo("all_succeeded");
    assertThat(losses(outage)).isZero();
    assertOthersGoOn();
  }

  @Test
  void oneJobThatCannotBeTakenOverKeepsNoOtherOneFromIt() {
    // Given two leases that ran out, of which the older one cannot be taken away
    String lost =
        """
        UPDATE import_job SET status = 'running', phase = 'processing', lease_owner = 'nobody', started_at = now(),
               lease_expires_at = clock_timestamp() - interval '%s', lease_pids = '{}', lease_starts = '{}' WHERE id = ?
        """;
    database.run(
        tx ->
            tx.execute(
                """
                CREATE FUNCTION refuse_takeover() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'refused'; END $$;
                CREATE TRIGGER tr_refuse_takeover BEFORE UPDATE ON import_job FOR EACH ROW
                    WHEN (OLD.lease_owner = 'nobody' AND OLD.label = 'refused') EXECUTE FUNCTION refuse_takeover();
                """));
    JobId refused =
        submit(
            "UPDATE import_job SET label = 'refused' WHERE id = ?;" + lost.formatted("2 hours"),
            "t-1");
    JobId taken = submit(lost.formatted("1 hour"), "t-2");

    // When
    sweeper.sweep();

    // Then
    assertThat(imports.ended(organization, taken).outcome()).isEqualTo("all_succeeded");
    assertThat(view(refused).leased()).isTrue();
    database.run(tx -> tx.execute("DROP TRIGGER tr_refuse_takeover ON import_job"));
    assertThat(imports.ended(organization, refused).outcome()).isEqualTo("all_succeeded");
  }

  private void assertOthersGoOn() {
    OrgId other = imports.organization();
    for (int i = 0; i < 3; i++) {
      JobId job = imports.submit(other, transactions("good-" + i), false);
      bell.ring();
      assertThat(imports.ended(other, job).outcome()).isEqualTo("all_succeeded");
    }
  }

  /** Rows of one file are separated by blanks. */
  private JobId submit(String past, String... files) {
    return imports.submit(organization, transactions(files), false, past);
  }

  private static Import transactions(String... files) {
    return new Import(
        JobKind.TRANSACTION,
        ErrorHandling.CONTINUE_COLLECT_ERRORS,
        JsonNodeFactory.instance.objectNode(),
        "externalId,type,amount,currency",
        Arrays.stream(files)
            .map(ids -> List.of(ids.split(" ", -1)))
            .map(ids -> ids.stream().map(id -> id + ",PAYMENT,1,EUR").toList())
            .toList());
  }

  private void update(String sql, JobId job) {
    database.run(tx -> assertThat(tx.update(sql, job.value())).isEqualTo(1));
  }

  private int losses(JobId job) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    "SELECT connection_losses FROM import_job WHERE id = ?",
                    row -> row.getInt(1),
                    job.value())
                .orElseThrow());
  }

  private JobView view(JobId job) {
    return imports.view(organization, job);
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition::getAsBoolean);
  }
}
