package io.rowledger.core.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogRepositoryTest {

  private final TestDatabase postgres = TestDatabase.create();
  private final Database database = postgres.database();
  private final BacklogRepository backlog = new BacklogRepository();

  @Test
  void nothingWaitsInAnEmptyDatabase() {
    assertThat(look()).isEqualTo(new Backlog(0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void whatWaitsIsCountedAcrossOrganisationsAndForAsLongAsItHasWaited() {
    // Given one job in work, one that is paused, one that waits for another, and two that are free
    OrgId one = postgres.organization();
    OrgId other = postgres.organization();
    postgres.job(one, 1);
    database.run(
        tx ->
            new LeaseRepository().claim(tx, "worker", List.of(), Duration.ofMinutes(1), false, 1));
    JobId paused = postgres.job(one, 1);
    postgres.execute("UPDATE import_job SET paused_at = now() WHERE id = '" + paused + "'");
    JobId free = postgres.job(one, 1);
    JobId oldest = postgres.job(other, 1);
    postgres.runAfter(postgres.job(other, 1), oldest);
    postgres.execute(
        "UPDATE import_job SET waiting_since = clock_timestamp() - interval '100 s' WHERE id = '"
            + oldest
            + "'");
    database.run(tx -> new Outbox().add(tx, JobEventType.QUEUED, postgres.view(one, free)));
    postgres.execute("UPDATE outbox SET occurred_at = clock_timestamp() - interval '30 s'");

    // When
    Backlog now = look();

    // Then
    assertThat(now.claimable()).isEqualTo(2);
    assertThat(now.oldestClaimable()).isBetween(100.0, 200.0);
    assertThat(now.leased()).isEqualTo(1);
    assertThat(now.paused()).isEqualTo(1);
    assertThat(now.events()).isEqualTo(1);
    assertThat(now.oldestEvent()).isBetween(30.0, 130.0);
    assertThat(now.deadEvents()).isZero();
  }

  private Backlog look() {
    return database.transaction(backlog::look);
  }
}
