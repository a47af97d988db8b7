package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rowledger.core.job.LeaseRepository.Choice;
import io.rowledger.core.job.LeaseRepository.Claim;
import io.rowledger.core.job.TakeoverRepository.Expired;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets which job, for how long, and how it is taken away from the dead. */
class ClaimTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final LeaseRepository leases = new LeaseRepository();
  private final TakeoverRepository takeovers = new TakeoverRepository();

  @BeforeEach
  void forgetOtherJobs() {
    DATABASE.clear();
  }

  @Test
  void theOrganizationWithTheFewestRunningJobsComesFirst() {
    OrgId busy = DATABASE.organization();
    OrgId idle = DATABASE.organization();
    JobId busy1 = DATABASE.job(busy, 1);
    JobId busy2 = DATABASE.job(busy, 1);
    JobId busy3 = DATABASE.job(busy, 1);
    JobId idle1 = DATABASE.job(idle, 1);
    JobId idle2 = DATABASE.job(idle, 1);

    assertThat(claimAll()).containsExactly(busy1, idle1, busy2, idle2, busy3);
  }

  @Test
  void withinAnOrganizationWhoeverWaitsLongestComesFirst() {
    OrgId organization = DATABASE.organization();
    JobId first = DATABASE.job(organization, 2);
    JobId second = DATABASE.job(organization, 2);
    Claim claim = claim(false).orElseThrow();
    assertThat(claim.job().id()).isEqualTo(first);

    // When the first is given back, it has waited for a shorter time than the second.
    release(claim, Duration.ZERO);

    assertThat(claimAll()).containsExactly(second, first);
  }

  @Test
  void aJobWithoutALeaseIsNotCountedAsRunning() {
    OrgId yielded = DATABASE.organization();
    OrgId other = DATABASE.organization();
    JobId waits = DATABASE.job(yielded, 2);
    release(claim(false).orElseThrow(), Duration.ZERO);
    JobId later = DATABASE.job(other, 1);

    assertThat(claimAll()).containsExactly(waits, later);
  }

  @Test
  void theReservedSlotTakesOnlyJobsOfOneChunk() {
    OrgId organization = DATABASE.organization();
    JobId large = DATABASE.job(organization, 2);
    JobId small = DATABASE.job(organization, 1);

    assertThat(claim(true).orElseThrow().job().id()).isEqualTo(small);
    assertThat(claim(true)).isEmpty();
    assertThat(claim(false).orElseThrow().job().id()).isEqualTo(large);
  }

  @Test
  void aJobThatIsToRestIsNotClaimedBeforeItsTime() {
    JobId id = DATABASE.job(DATABASE.organization(), 2);
    release(claim(false).orElseThrow(), Duration.ofHours(1));
    assertThat(claim(false)).isEmpty();

    DATABASE.execute("UPDATE import_job SET not_before = clock_timestamp() - interval '1 second'");

    assertThat(claim(false).orElseThrow().job().id()).isEqualTo(id);
  }

  @Test
  void aRestingJobSaysWhyItWaits() {
    OrgId organization = DATABASE.organization();
    JobId id = DATABASE.job(organization, 2);
    assertThat(DATABASE.view(organization, id).waitReason()).isEqualTo("slots");

    release(claim(false).orElseThrow(), Duration.ofHours(1));

    JobView resting = DATABASE.view(organization, id);
    assertThat(resting.waitReason()).isEqualTo("retry_backoff");
    assertThat(resting.phase()).isEqualTo("waiting");
  }

  @Test
  void anOldWorkerLeavesChunksOfANewCodecAlone() {
    OrgId organization = DATABASE.organization();
    JobId modern = DATABASE.job(organization, 1, ErrorHandling.CONTINUE_COLLECT_ERRORS, 2);
    JobId old = DATABASE.job(organization, 1);

    assertThat(claim(false).orElseThrow().job().id()).isEqualTo(old);
    assertThat(claim(false)).isEmpty();
    assertThat(
            DATABASE
                .database()
                .transaction(tx -> leases.claim(tx, "new", List.of(), LEASE, false, 2))
                .orElseThrow()
                .job()
                .id())
        .isEqualTo(modern);
  }

  @Test
  void aSuspectWaitsForAProcessThatHasNone() {
    OrgId organization = DATABASE.organization();
    JobId suspect = DATABASE.job(organization, 1);
    JobId other = DATABASE.job(organization, 1);
    DATABASE.execute("UPDATE import_job SET attempt = 1 WHERE id = '" + suspect + "'");

    assertThat(claim(new Choice(false, false, Set.of(), 1))).contains(other);
    assertThat(claim(new Choice(false, false, Set.of(), 1))).isEmpty();
    assertThat(claim(new Choice(false, true, Set.of(), 1))).contains(suspect);
  }

  @Test
  void aJobThatFailedHereIsLeftToOthers() {
    OrgId organization = DATABASE.organization();
    JobId failedHere = DATABASE.job(organization, 1);
    JobId other = DATABASE.job(organization, 1);
    Choice choice = new Choice(false, true, Set.of(failedHere), 1);

    assertThat(claim(choice)).contains(other);
    assertThat(claim(choice)).isEmpty();
    assertThat(claim(new Choice(false, true, Set.of(), 1))).contains(failedHere);
  }

  /** As a newer version would make it, next to workers of this one. */
  @Test
  void aJobOfAKindThatIsNotKnownHereKeepsNobodyFromTheOthers() {
    OrgId organization = DATABASE.organization();
    JobId modern = DATABASE.job(organization, 1);
    JobId old = DATABASE.job(organization, 1);
    DATABASE.execute(
        "ALTER TABLE import_job DROP CONSTRAINT ck_import_job_kind;"
            + "UPDATE import_job SET kind = 'invoice_batch' WHERE id = '"
            + modern
            + "'");
    try {
      assertThat(claim(false).orElseThrow().job().id()).isEqualTo(old);
      assertThat(claim(false)).isEmpty();
    } finally {
      DATABASE.clear();
      DATABASE.execute(
          "ALTER TABLE import_job ADD CONSTRAINT ck_import_job_kind"
              + " CHECK (kind IN ('entity_automatic', 'transaction_batch', 'user_event_batch'))");
    }
  }

  private Optional<JobId> claim(Choice choice) {
    return DATABASE
        .database()
        .transaction(tx -> leases.claim(tx, "me", JobRow.nobody(), LEASE, choice))
        .map(claim -> claim.job().id());
  }

  @Test
  void whatMustBeWholeIsValidatedFirst() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 1, ErrorHandling.ROLLBACK_ALL, 1);
    DATABASE.job(organization, 1, ErrorHandling.STOP_KEEP_SUCCESS, 1);
    DATABASE.job(organization, 1, ErrorHandling.CONTINUE_COLLECT_ERRORS, 1);

    List<JobPhase> phases = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      phases.add(claim(false).orElseThrow().job().phase());
    }

    assertThat(phases)
        .containsExactly(JobPhase.VALIDATING, JobPhase.VALIDATING, JobPhase.PROCESSING);
  }

  @Test
  void aClaimCarriesWhatTheRunnerNeedsAndSaysWhetherItIsTheFirst() {
    OrgId organization = DATABASE.organization();
    JobId id = DATABASE.job(organization, 3);

    Claim first = claim(false).orElseThrow();
    assertThat(first.first()).isTrue();
    assertThat(first.job().chunkCount()).isEqualTo(3);
    assertThat(first.job().totalItems()).isEqualTo(30);
    assertThat(first.job().organization()).isEqualTo(organization);
    assertThat(first.job().counts()).isEqualTo(Counts.ZERO);
    assertThat(first.view().leased()).isTrue();
    assertThat(first.view().status()).isEqualTo(JobStatus.RUNNING);
    assertThat(Duration.between(first.view().asOf(), first.view().leaseExpiresAt()))
        .isBetween(LEASE.minusSeconds(1), LEASE);

    advance(first, 0, 1, new Counts(8, 1, 1));
    release(first, Duration.ZERO);
    Claim second = claim(false).orElseThrow();

    assertThat(second.first()).isFalse();
    assertThat(second.job().id()).isEqualTo(id);
    assertThat(second.job().nextChunk()).isEqualTo(1);
    assertThat(second.job().counts()).isEqualTo(new Counts(8, 1, 1));
    assertThat(second.job().lease().fence()).isGreaterThan(first.job().lease().fence());
    assertThat(second.view().startedAt()).isEqualTo(first.view().startedAt());
  }

  @Test
  void twoOpenTransactionsNeverGetTheSameJobAndNeitherWaits() {
    OrgId organization = DATABASE.organization();
    JobId first = DATABASE.job(organization, 1);
    JobId second = DATABASE.job(organization, 1);

    try (Session one = DATABASE.openSession();
        Session other = DATABASE.openSession()) {
      one.transaction(
          tx -> {
            assertThat(claimIn(tx)).contains(first);
            other.transaction(
                otherTx -> {
                  otherTx.execute("SET LOCAL lock_timeout = 500");
                  assertThat(claimIn(otherTx)).contains(second);
                  assertThat(claimIn(otherTx)).isEmpty();
                  return true;
                });
            return true;
          });
    }
  }

  @Test
  void manyWorkersAtOnceClaimEveryJobExactlyOnce() throws Exception {
    int jobs = 24;
    OrgId one = DATABASE.organization();
    OrgId two = DATABASE.organization();
    for (int i = 0; i < jobs; i++) {
      DATABASE.job(i % 2 == 0 ? one : two, 1);
    }
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<JobId>>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        tasks.add(this::claimAll);
      }
      List<JobId> claimed = new ArrayList<>();
      for (Future<List<JobId>> future : workers.invokeAll(tasks)) {
        claimed.addAll(future.get());
      }
      Set<JobId> distinct = new HashSet<>(claimed);
      assertThat(claimed).hasSize(jobs);
      assertThat(distinct).hasSize(jobs);
    } finally {
      workers.shutdownNow();
    }
  }

  @Test
  void aJobThatAnOpenForeignKeyCheckRefersToCanBeClaimed() {
    OrgId organization = DATABASE.organization();
    JobId id = DATABASE.job(organization, 1);

    try (Session writer = DATABASE.openSession()) {
      writer.transaction(
          tx -> {
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id, outcome, code, message)
                VALUES (?, 1, 2, ?, 'failed', 'VALIDATION_ERROR', 'wrong')
                """,
                id.value(),
                organization.value());
            assertThat(claim(false).map(claim -> claim.job().id())).contains(id);
            return true;
          });
    }
  }

  @Test
  void onlyLeasesThatRanOutAreExpired() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 1);
    JobId dead = DATABASE.job(organization, 1);
    JobId waits = DATABASE.job(organization, 1);
    assertThat(claim(false)).isPresent();
    Claim lost = claim(false).orElseThrow();
    assertThat(lost.job().id()).isEqualTo(dead);
    expire(dead);

    List<Expired> expired = expired();

    assertThat(expired).hasSize(1);
    assertThat(expired.get(0).lease()).isEqualTo(lost.job().lease());
    assertThat(expired.get(0).backends()).isEqualTo(JobRow.nobody());
    assertThat(expired.get(0).organization()).isEqualTo(organization);
    assertThat(DATABASE.view(organization, waits).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void twoSweepersDoNotTakeTheSameLease() {
    JobId id = DATABASE.job(DATABASE.organization(), 1);
    assertThat(claim(false)).isPresent();
    expire(id);

    try (Session one = DATABASE.openSession()) {
      one.transaction(
          tx -> {
            assertThat(takeovers.expired(tx, 10)).hasSize(1);
            assertThat(expired()).isEmpty();
            return true;
          });
    }
  }

  @Test
  void aHeartbeatThatComesInTimeKeepsTheLease() {
    JobId id = DATABASE.job(DATABASE.organization(), 1);
    Claim claim = claim(false).orElseThrow();
    expire(id);

    boolean kept =
        DATABASE.database().transaction(tx -> leases.heartbeat(tx, claim.job().lease(), LEASE));

    assertThat(kept).isTrue();
    assertThat(expired()).isEmpty();
  }

  /** The whole takeover: what the frozen owner wrote is gone, and it can do nothing more. */
  @Test
  void aTakeoverEndsTheOpenTransactionOfAFrozenOwner() {
    OrgId organization = DATABASE.organization();
    JobId id = DATABASE.job(organization, 2);
    try (Session frozen = DATABASE.openSession()) {
      Lease lease =
          DATABASE
              .database()
              .transaction(
                  tx -> leases.claim(tx, "frozen", List.of(frozen.backend()), LEASE, false, 1))
              .orElseThrow()
              .job()
              .lease();
      ThrowingCallable frozenInTheMiddle =
          () ->
              frozen.transaction(
                  tx -> {
                    insertEntity(tx, organization, id);
                    expire(id);
                    takeOver();
                    // The owner wakes up and goes on as if nothing had happened.
                    return leases.advance(tx, lease, 0, 1, new Counts(10, 0, 0), LEASE);
                  });

      assertThat(catchSql(frozenInTheMiddle).isUnavailable()).isTrue();
    }
    assertThat(entities()).isZero();
    JobRow after = JobRow.read(DATABASE, id);
    assertThat(after).hasToString("running/processing free f2 0/2 0+0+0 a1");
    Claim next = claim(false).orElseThrow();
    advance(next, 0, 1, new Counts(10, 0, 0));
    assertThat(DATABASE.view(organization, id).counts()).isEqualTo(new Counts(10, 0, 0));
  }

  @Test
  void anOwnerThatOnlyLostItsLeaseIsStoppedByTheFence() {
    OrgId organization = DATABASE.organization();
    JobId id = DATABASE.job(organization, 1);
    Claim old = claim(false).orElseThrow();
    expire(id);
    takeOver();
    Claim fresh = claim(false).orElseThrow();
    assertThat(fresh.job().id()).isEqualTo(id);

    Optional<JobView> late =
        DATABASE
            .database()
            .transaction(
                tx -> leases.advance(tx, old.job().lease(), 0, 1, new Counts(10, 0, 0), LEASE));

    assertThat(late).isEmpty();
    assertThat(DATABASE.view(organization, id).counts()).isEqualTo(Counts.ZERO);
  }

  @Test
  void aBackendWhosePidWasUsedAgainIsLeftAlone() {
    try (Session innocent = DATABASE.openSession()) {
      Session.Backend sameNumber =
          new Session.Backend(innocent.backend().pid(), "2001-01-01 00:00:00+00");

      DATABASE.database().run(tx -> takeovers.terminate(tx, List.of(sameNumber)));

      assertThat(innocent.<Integer>transaction(tx -> one(tx))).isEqualTo(1);
    }
  }

  @Test
  void aBackendIsFoundWhateverTheTimeZoneOfTheSweeper() {
    try (Session lost = DATABASE.openSession()) {
      DATABASE
          .database()
          .run(
              tx -> {
                tx.execute("SET LOCAL TIME ZONE 'Asia/Kathmandu'");
                takeovers.terminate(tx, List.of(lost.backend()));
              });

      assertThat(catchSql(() -> lost.transaction(ClaimTest::one)).isUnavailable()).isTrue();
    }
  }

  private void takeOver() {
    DATABASE
        .database()
        .run(
            tx -> {
              for (Expired lost : takeovers.expired(tx, 10)) {
                assertThat(leases.release(tx, lost.lease(), Duration.ZERO, true)).isTrue();
                takeovers.terminate(tx, lost.backends());
              }
            });
  }

  private List<JobId> claimAll() {
    List<JobId> claimed = new ArrayList<>();
    Optional<Claim> next = claim(false);
    while (next.isPresent()) {
      claimed.add(next.get().job().id());
      next = claim(false);
    }
    return claimed;
  }

  private Optional<Claim> claim(boolean onlyOneChunk) {
    return DATABASE
        .database()
        .transaction(tx -> leases.claim(tx, "me", JobRow.nobody(), LEASE, onlyOneChunk, 1));
  }

  private Optional<JobId> claimIn(Tx tx) {
    return leases.claim(tx, "me", JobRow.nobody(), LEASE, false, 1).map(claim -> claim.job().id());
  }

  private void release(Claim claim, Duration delay) {
    assertThat(
            DATABASE
                .database()
                .<Boolean>transaction(tx -> leases.release(tx, claim.job().lease(), delay, false)))
        .isTrue();
  }

  private void advance(Claim claim, int from, int to, Counts counts) {
    Optional<JobView> advanced =
        DATABASE
            .database()
            .transaction(tx -> leases.advance(tx, claim.job().lease(), from, to, counts, LEASE));
    assertThat(advanced).isPresent();
  }

  private List<Expired> expired() {
    return DATABASE.database().transaction(tx -> takeovers.expired(tx, 10));
  }

  private static void expire(JobId id) {
    DATABASE.execute(
        "UPDATE import_job SET lease_expires_at = clock_timestamp() - interval '1 second' WHERE id"
            + " = '"
            + id
            + "'");
  }

  private static Integer one(Tx tx) {
    return tx.queryOne("SELECT 1", row -> row.getInt(1)).orElseThrow();
  }

  private static int entities() {
    return DATABASE
        .database()
        .transaction(tx -> tx.queryOne("SELECT count(*) FROM entities", row -> row.getInt(1)))
        .orElseThrow();
  }

  private static void insertEntity(Tx tx, OrgId organization, JobId job) {
    tx.update(
        """
        INSERT INTO entities (id, organization_id, job_id, file_number, row_number, external_id, type, tax_id,
                              country_code, status)
        VALUES (gen_random_uuid(), ?, ?, 1, 2, 'e1', 'person', 't1', 'DE', 'active')
        """,
        organization.value(),
        job.value());
  }

  private static SqlFailure catchSql(ThrowingCallable work) {
    return catchThrowableOfType(SqlFailure.class, work);
  }
}
