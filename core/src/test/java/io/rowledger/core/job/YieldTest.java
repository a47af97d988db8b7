package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.sql.Session;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a runner gives its slot to a job that waits. */
class YieldTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final LeaseRepository leases = new LeaseRepository();

  @BeforeEach
  void forgetOtherJobs() {
    DATABASE.clear();
  }

  @Test
  void nobodyYieldsWhenNothingWaits() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 5);

    assertThat(shouldYield(claim())).isFalse();
  }

  @Test
  void yieldsToASmallerJobOfTheSameOrganization() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 5);
    ClaimedJob large = claim();
    DATABASE.job(organization, 4);

    assertThat(shouldYield(large)).isTrue();
  }

  @Test
  void doesNotYieldToAJobOfTheSameSizeOrLarger() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 5);
    ClaimedJob large = claim();
    DATABASE.job(organization, 5);
    DATABASE.job(organization, 6);

    assertThat(shouldYield(large)).isFalse();
  }

  @Test
  void yieldsToAnOrganizationWithFewerRunningJobsWhateverTheSize() {
    DATABASE.job(DATABASE.organization(), 1);
    ClaimedJob running = claim();
    DATABASE.job(DATABASE.organization(), 100);

    assertThat(shouldYield(running)).isTrue();
  }

  @Test
  void doesNotYieldToAnOrganizationThatHasAsMuch() {
    OrgId other = DATABASE.organization();
    DATABASE.job(DATABASE.organization(), 5);
    ClaimedJob running = claim();
    DATABASE.job(other, 5);
    claim();
    DATABASE.job(other, 1);

    assertThat(shouldYield(running)).isFalse();
  }

  @Test
  void doesNotYieldToAJobThatRests() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 1);
    ClaimedJob small = claim();
    DATABASE.database().run(tx -> leases.release(tx, small.lease(), Duration.ofHours(1), false));
    DATABASE.job(organization, 5);

    assertThat(shouldYield(claim())).isFalse();
  }

  @Test
  void doesNotYieldToAPausedJobOrToOneThatWaitsForAnother() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 5);
    ClaimedJob large = claim();
    JobId paused = DATABASE.job(organization, 1);
    JobId dependent = DATABASE.job(organization, 1);
    DATABASE.runAfter(dependent, large.id());
    DATABASE.database().run(tx -> new ControlRepository().pause(tx, organization, paused));
    assertThat(shouldYield(large)).isFalse();

    DATABASE.database().run(tx -> new ControlRepository().resume(tx, organization, paused));

    assertThat(shouldYield(large)).isTrue();
  }

  @Test
  void doesNotYieldToAJobThatThisWorkerCannotRead() {
    OrgId organization = DATABASE.organization();
    DATABASE.job(organization, 5);
    ClaimedJob large = claim();
    DATABASE.job(organization, 1, ErrorHandling.CONTINUE_COLLECT_ERRORS, 2);

    assertThat(shouldYield(large)).isFalse();
  }

  @Test
  void oneApplyAtATimePerOrganizationAndKind() {
    OrgId organization = DATABASE.organization();
    OrgId other = DATABASE.organization();
    try (Session one = DATABASE.openSession()) {
      one.transaction(
          tx -> {
            assertThat(leases.tryLockForApply(tx, organization, JobKind.ENTITY)).isTrue();
            assertThat(lockFor(organization, JobKind.ENTITY)).isFalse();
            assertThat(lockFor(organization, JobKind.TRANSACTION)).isTrue();
            assertThat(lockFor(other, JobKind.ENTITY)).isTrue();
            return true;
          });
    }
    assertThat(lockFor(organization, JobKind.ENTITY)).isTrue();
  }

  private boolean lockFor(OrgId organization, JobKind kind) {
    return DATABASE.database().transaction(tx -> leases.tryLockForApply(tx, organization, kind));
  }

  private boolean shouldYield(ClaimedJob job) {
    return DATABASE.database().transaction(tx -> leases.shouldYield(tx, job, 1));
  }

  private ClaimedJob claim() {
    return DATABASE
        .database()
        .transaction(tx -> leases.claim(tx, "me", List.of(), LEASE, false, 1))
        .orElseThrow()
        .job();
  }
}
