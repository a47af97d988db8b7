package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.Session.Backend;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose transaction is ended when the row of a job cannot be had. */
class TakeoverTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final LeaseRepository leases = new LeaseRepository();
  private final ControlRepository control = new ControlRepository();
  private final TakeoverRepository takeovers = new TakeoverRepository();
  private OrgId organization;
  private JobId job;

  @BeforeEach
  void aJob() {
    DATABASE.clear();
    organization = DATABASE.organization();
    job = DATABASE.job(organization, 1);
  }

  @Test
  void aRunnerThatFrozeBehindItsGuardIsEndedAndWhatItWroteIsGone() {
    try (Session runner = DATABASE.openWorkerSession()) {
      Lease lease = claim(runner.backend());
      SqlFailure ended =
          catchThrowableOfType(
              SqlFailure.class,
              () ->
                  runner.transaction(
                      tx -> {
                        leases.advance(tx, lease, 0, 1, new Counts(10, 0, 0), LEASE);
                        assertThat(lockFails()).isTrue();
                        assertThat(endHolders(organization)).isEqualTo(1);
                        assertThat(pause()).isEqualTo(Counts.ZERO);
                        return one(tx);
                      }));

      assertThat(ended.isUnavailable()).isTrue();
    }
  }

  /** Its heartbeat has a connection that the lease does not name. */
  @Test
  void aHeartbeatThatFrozeIsEndedAsWell() {
    try (Session runner = DATABASE.openWorkerSession();
        Session heartbeat = DATABASE.openWorkerSession()) {
      Lease lease = claim(runner.backend());
      SqlFailure ended =
          catchThrowableOfType(
              SqlFailure.class,
              () ->
                  heartbeat.transaction(
                      tx -> {
                        assertThat(leases.heartbeat(tx, lease, LEASE)).isTrue();
                        assertThat(lockFails()).isTrue();
                        assertThat(endHolders(organization)).isEqualTo(2);
                        assertThat(pause()).isEqualTo(Counts.ZERO);
                        return one(tx);
                      }));

      assertThat(ended.isUnavailable()).isTrue();
    }
  }

  @Test
  void nobodyIsEndedForAStranger() {
    try (Session runner = DATABASE.openWorkerSession()) {
      claim(runner.backend());

      assertThat(endHolders(DATABASE.organization())).isZero();
      assertThat(runner.<Integer>transaction(TakeoverTest::one)).isEqualTo(1);
    }
  }

  private Lease claim(Backend backend) {
    return DATABASE
        .database()
        .transaction(tx -> leases.claim(tx, "me", List.of(backend), LEASE, false, 1))
        .orElseThrow()
        .job()
        .lease();
  }

  private boolean lockFails() {
    SqlFailure failure =
        catchThrowableOfType(
            SqlFailure.class,
            () ->
                DATABASE
                    .database()
                    .run(tx -> control.lock(tx, organization, job, Duration.ofMillis(50))));
    return failure != null && failure.isWorthAnotherTry();
  }

  private int endHolders(OrgId whose) {
    return DATABASE.database().transaction(whose, tx -> takeovers.terminateHolders(tx, whose, job));
  }

  /** Waits until the backend has gone, which takes a moment after it was told. */
  private Counts pause() {
    return DATABASE
        .database()
        .transaction(
            tx -> {
              control.lock(tx, organization, job, Duration.ofSeconds(10));
              return control.pause(tx, organization, job).orElseThrow().counts();
            });
  }

  private static Integer one(Tx tx) {
    return tx.queryOne("SELECT 1", row -> row.getInt(1)).orElseThrow();
  }
}
