package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Why nobody works on a job, in the order in which the reasons count. */
class WaitReasonTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final LeaseRepository leases = new LeaseRepository();
  private final ControlRepository control = new ControlRepository();
  private OrgId organization;
  private OrgId other;

  @BeforeEach
  void twoOrganizations() {
    DATABASE.clear();
    organization = DATABASE.organization();
    other = DATABASE.organization();
  }

  @Test
  void aJobInWorkHasNone() {
    JobId id = DATABASE.job(organization, 1);
    claim();

    assertThat(reason(id)).isNull();
  }

  @Test
  void pausedComesBeforeEverythingElse() {
    JobId id = DATABASE.job(organization, 1);
    DATABASE.runAfter(id, DATABASE.job(organization, 1));

    DATABASE.database().run(tx -> control.pause(tx, organization, id));

    assertThat(reason(id)).isEqualTo("paused");
    assertThat(DATABASE.view(organization, id).phase()).isEqualTo("paused");
  }

  @Test
  void aDependencyCountsUntilItHasCompleted() {
    JobId first = DATABASE.job(organization, 1);
    JobId second = DATABASE.job(organization, 1);
    DATABASE.runAfter(second, first);
    assertThat(reason(second)).isEqualTo("dependency");
    Lease lease = claim();
    assertThat(lease.jobId()).isEqualTo(first);
    assertThat(reason(second)).isEqualTo("dependency");

    complete(lease);

    assertThat(reason(second)).isEqualTo("slots");
  }

  @Test
  void aRestSaysWhatItIsFor() {
    JobId backsOff = DATABASE.job(organization, 1);
    Lease lease = claim();
    DATABASE.database().run(tx -> leases.release(tx, lease, Duration.ofHours(1), true));
    JobId locked = DATABASE.job(organization, 1);
    Lease other = claim();
    DATABASE.database().run(tx -> leases.releaseLocked(tx, other, Duration.ofHours(1)));

    assertThat(reason(backsOff)).isEqualTo("retry_backoff");
    assertThat(reason(locked)).isEqualTo("locked");
    assertThat(DATABASE.view(organization, locked).attempt()).isZero();

    // When the time has come, it waits for a slot like any other.
    DATABASE.execute("UPDATE import_job SET not_before = clock_timestamp() - interval '1 second'");
    assertThat(reason(locked)).isEqualTo("slots");
  }

  @Test
  void whoHasJobsInWorkWaitsBehindOrganizationsThatHaveFewer() {
    DATABASE.job(organization, 1);
    claim();
    JobId mine = DATABASE.job(organization, 1);
    assertThat(reason(mine)).as("nobody else waits").isEqualTo("slots");

    JobId theirs = DATABASE.job(other, 1);

    assertThat(reason(mine)).isEqualTo("tenant_share");
    assertThat(DATABASE.view(other, theirs).waitReason()).isEqualTo("slots");
    assertThat(claim().jobId()).as("what tenant_share says is what happens").isEqualTo(theirs);
    assertThat(reason(mine)).as("both have one").isEqualTo("slots");
  }

  @Test
  void jobsThatCannotBeClaimedTakeNobodysTurn() {
    DATABASE.job(organization, 1);
    claim();
    JobId mine = DATABASE.job(organization, 1);
    JobId theirs = DATABASE.job(other, 1);
    DATABASE.database().run(tx -> control.pause(tx, other, theirs));

    assertThat(reason(mine)).isEqualTo("slots");
  }

  private Lease claim() {
    return DATABASE
        .database()
        .transaction(tx -> leases.claim(tx, "me", List.of(), LEASE, false, 1))
        .orElseThrow()
        .job()
        .lease();
  }

  private void complete(Lease lease) {
    DATABASE
        .database()
        .run(
            tx -> {
              leases.advance(tx, lease, 0, 1, new Counts(10, 0, 0), LEASE);
              assertThat(leases.complete(tx, lease)).isPresent();
            });
  }

  private String reason(JobId id) {
    return DATABASE.view(organization, id).waitReason();
  }
}
