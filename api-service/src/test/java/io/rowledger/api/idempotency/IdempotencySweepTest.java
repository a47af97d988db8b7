package io.rowledger.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.job.JobId;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class IdempotencySweepTest {

  final Database database = Everything.database();
  @Inject Idempotency idempotency;
  @Inject IdempotencySweep sweep;

  @Test
  void aKeyIsForgottenAfterTwoDaysAndNotBefore() {
    // Given
    OrgId organization = new OrgId(UUID.fromString(Tenant.create().id()));
    IdempotencyKey old = used(organization, "old", 49);
    IdempotencyKey young = used(organization, "young", 47);

    // When
    sweep.sweep();

    // Then
    assertThat(isUsed(old)).isFalse();
    assertThat(isUsed(young)).isTrue();
  }

  private boolean isUsed(IdempotencyKey key) {
    return database.transaction(tx -> idempotency.isUsed(tx, key));
  }

  private IdempotencyKey used(OrgId organization, String value, int hoursAgo) {
    IdempotencyKey key = new IdempotencyKey(organization, "a test", value);
    database.run(
        tx -> {
          idempotency.once(
              tx,
              key,
              "00",
              () ->
                  Idempotency.Answer.first(
                      new JobId(UUID.randomUUID()), JsonNodeFactory.instance.objectNode()));
          tx.update(
              """
              UPDATE idempotency_key SET created_at = clock_timestamp() - make_interval(hours => ?)
               WHERE organization_id = ? AND key = ?
              """,
              hoursAgo,
              organization.value(),
              value);
        });
    return key;
  }
}
