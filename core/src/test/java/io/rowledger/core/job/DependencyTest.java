package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.sql.Session;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that run after another one. */
class DependencyTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final LeaseRepository leases = new LeaseRepository();
  private final ControlRepository control = new ControlRepository();
  private OrgId organization;
  private JobId first;
  private JobId second;

  @BeforeEach
  void oneJobAfterAnother() {
    DATABASE.clear();
    organization = DATABASE.organization();
    first = DATABASE.job(organization, 1);
    second = DATABASE.job(organization, 1);
    DATABASE.runAfter(second, first);
  }

  @Test
  void itIsClaimedOnceTheOtherHasCompletedAndNotBefore() {
    Lease lease = claim().orElseThrow();
    assertThat(lease.jobId()).isEqualTo(first);
    assertThat(claim()).isEmpty();

    DATABASE
        .database()
        .run(
            tx -> {
              leases.advance(tx, lease, 0, 1, new Counts(0, 10, 0), LEASE);
              leases.complete(tx, lease);
            });

    assertThat(failDependents()).isEmpty();
    assertThat(claim().map(Lease::jobId)).contains(second);
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "CANCELLED", "INTERRUPTED"})
  void itFailsHoweverElseTheOtherEnds(JobStatus end) {
    Lease lease = claim().orElseThrow();
    assertThat(failDependents()).as("while the other runs").isEmpty();
    DATABASE
        .database()
        .run(
            tx -> {
              switch (end) {
                case FAILED ->
                    leases.fail(
                        tx, lease, new JobFailure(JobFailure.Code.INTERNAL_ERROR, "a bug"), 0);
                case CANCELLED -> control.cancel(tx, organization, first, "ann");
                default -> leases.interrupt(tx, lease, "ROWS_EXPIRED", "gone");
              }
            });

    List<JobView> failed = failDependents();

    assertThat(failed).extracting(JobView::id).containsExactly(second);
    JobView job = DATABASE.view(organization, second);
    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.failureCode()).isEqualTo("DEPENDENCY_FAILED");
    assertThat(job.failureMessage()).contains(first.toString(), end.wireName());
    assertThat(job.unprocessed()).isEqualTo(10);
    assertThat(claim()).isEmpty();
    assertThat(failDependents()).isEmpty();
  }

  @Test
  void aChainFailsLinkByLink() {
    JobId third = DATABASE.job(organization, 1);
    DATABASE.runAfter(third, second);
    cancelFirst();

    assertThat(failDependents()).extracting(JobView::id).containsExactly(second);
    assertThat(failDependents()).extracting(JobView::id).containsExactly(third);
    assertThat(DATABASE.view(organization, third).failureMessage()).contains(second.toString());
    assertThat(failDependents()).isEmpty();
  }

  @Test
  void aPausedJobFailsAsWell() {
    DATABASE.database().run(tx -> control.pause(tx, organization, second));
    cancelFirst();

    assertThat(failDependents()).hasSize(1);
    assertThat(DATABASE.view(organization, second).pausedAt()).isNull();
  }

  @Test
  void whatSomebodyElseIsMovingIsLeftForTheNextLook() {
    cancelFirst();
    try (Session pauser = DATABASE.openSession()) {
      pauser.transaction(
          tx -> {
            control.pause(tx, organization, second);
            assertThat(failDependents()).isEmpty();
            return true;
          });
    }

    assertThat(failDependents()).hasSize(1);
  }

  @Test
  void aJobSubmittedWhileTheOtherEndedIsFoundByTheNextLook() {
    cancelFirst();
    assertThat(failDependents()).hasSize(1);
    JobId late = DATABASE.job(organization, 1);
    DATABASE.runAfter(late, first);

    assertThat(failDependents()).extracting(JobView::id).containsExactly(late);
  }

  @Test
  void pausedJobsDoNotCountAsOpenButWaitingOnesDo() {
    assertThat(open()).isEqualTo(2);

    DATABASE.database().run(tx -> control.pause(tx, organization, first));

    assertThat(open()).isEqualTo(1);
  }

  private int open() {
    return DATABASE.database().transaction(tx -> new JobRepository().countOpen(tx, organization));
  }

  private void cancelFirst() {
    DATABASE.database().run(tx -> control.cancel(tx, organization, first, "ann"));
  }

  private List<JobView> failDependents() {
    return DATABASE.database().transaction(tx -> control.failDependents(tx, 10));
  }

  private Optional<Lease> claim() {
    return DATABASE
        .database()
        .transaction(tx -> leases.claim(tx, "me", List.of(), LEASE, false, 1))
        .map(claim -> claim.job().lease());
  }
}
