package io.rowledger.api.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.api.intake.UploadSlots.Outcome;
import io.rowledger.core.tenant.OrgId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UploadSlotsTest {

  private final OrgId one = new OrgId(UUID.randomUUID());
  private final OrgId other = new OrgId(UUID.randomUUID());
  private final UploadSlots slots = new UploadSlots(2, 3);

  @Test
  void anOrganisationAndTheProcessHaveTheirOwnLimits() {
    assertThat(slots.take(one)).isEqualTo(Outcome.TAKEN);
    assertThat(slots.take(one)).isEqualTo(Outcome.TAKEN);
    assertThat(slots.take(one)).isEqualTo(Outcome.ORGANIZATION_FULL);
    assertThat(slots.take(other)).isEqualTo(Outcome.TAKEN);
    assertThat(slots.take(other)).isEqualTo(Outcome.PROCESS_FULL);
  }

  @Test
  void whatIsGivenBackCanBeTaken() {
    slots.take(one);
    slots.take(one);

    slots.giveBack(one);

    assertThat(slots.take(one)).isEqualTo(Outcome.TAKEN);
    slots.giveBack(one);
    slots.giveBack(one);
    assertThat(slots.take(other)).isEqualTo(Outcome.TAKEN);
    assertThat(slots.take(other)).isEqualTo(Outcome.TAKEN);
  }
}
