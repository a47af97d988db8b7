package io.rowledger.api.intake;

import io.rowledger.core.tenant.OrgId;
import java.util.HashMap;
import java.util.Map;

/** Counts the uploads that are under way. */
final class UploadSlots {

  /** What came of asking for one. */
  enum Outcome {
    TAKEN,
    ORGANIZATION_FULL,
    PROCESS_FULL
  }

  private final int perOrganization;
  private final int perProcess;
  private final Map<OrgId, Integer> taken = new HashMap<>();
  private int all;

  UploadSlots(int perOrganization, int perProcess) {
    this.perOrganization = perOrganization;
    this.perProcess = perProcess;
  }

  /** Takes a slot, which has to be given back when {@code TAKEN} is the answer. */
  synchronized Outcome take(OrgId organization) {
    if (taken.getOrDefault(organization, 0) >= perOrganization) {
      return Outcome.ORGANIZATION_FULL;
    }
    if (all >= perProcess) {
      return Outcome.PROCESS_FULL;
    }
    taken.merge(organization, 1, Integer::sum);
    all++;
    return Outcome.TAKEN;
  }

  /** Uploads under way, of all organisations. */
  synchronized int taken() {
    return all;
  }

  synchronized void giveBack(OrgId organization) {
    // An organisation without uploads must not stay in memory for ever.
    taken.computeIfPresent(organization, (same, count) -> count > 1 ? count - 1 : null);
    all--;
  }
}
