package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What autoscalers ask, and the role they ask as: deploy/postgresql. */
class ScalingQueryTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final LeaseRepository leases = new LeaseRepository();
  private final ControlRepository control = new ControlRepository();
  private OrgId organization;

  @BeforeEach
  void anOrganization() {
    DATABASE.clear();
    organization = DATABASE.organization();
  }

  @Test
  void jobsInWorkAndJobsThatCouldBeClaimedCount() {
    // Given
    DATABASE.job(organization, 1);
    claim();
    JobId waiting = DATABASE.job(organization, 1);
    JobId paused = DATABASE.job(organization, 1);
    DATABASE.database().run(tx -> control.pause(tx, organization, paused));
    JobId dependent = DATABASE.job(organization, 1);
    DATABASE.runAfter(dependent, waiting);

    // When
    long counted = DATABASE.database().transaction(tx -> count(tx));

    // Then
    assertThat(counted).isEqualTo(2);
  }

  @Test
  void theConditionIsTheOneThatWorkersClaimBy() {
    assertThat(oneLine(query())).contains(oneLine(JobRepository.CLAIMABLE));
  }

  @Test
  void itsRoleMayCountAndNothingElse() {
    DATABASE.job(organization, 1);
    String script = read("scaler.sql");

    DATABASE
        .database()
        .run(
            tx -> {
              // Goes with the transaction: roles belong to the server, which is shared.
              tx.execute(script);
              tx.execute("SET LOCAL ROLE rowledger_scaler");
              assertThat(count(tx)).isEqualTo(1);
              for (String more : List.of("SELECT mapping FROM import_job", "TABLE api_key")) {
                assertThatThrownBy(() -> tx.behindSavepoint(() -> tx.execute(more)))
                    .as(more)
                    .hasStackTraceContaining("permission denied");
              }
              tx.execute("RESET ROLE");
              tx.execute("DROP OWNED BY rowledger_scaler");
              tx.execute("DROP ROLE rowledger_scaler");
            });
  }

  private void claim() {
    DATABASE
        .database()
        .run(tx -> leases.claim(tx, "worker", List.of(), Duration.ofMinutes(1), false, 1));
  }

  private static long count(Tx tx) {
    return tx.queryOne(query(), row -> row.getLong(1)).orElseThrow();
  }

  private static String query() {
    return read("claimable-jobs.sql");
  }

  private static String oneLine(String sql) {
    return sql.strip().replaceAll("\\s+", " ");
  }

  private static String read(String name) {
    try {
      return Files.readString(Path.of("../deploy/postgresql", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
