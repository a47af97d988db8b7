package io.rowledger.api.intake;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.tenant.OrgId;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.RequestScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one upload holds: its slot and its share of the disk. Given back with the request. */
@RequestScoped
public class Admission {

  private static final Duration SOON = Duration.ofSeconds(2);

  /** Space is set aside in steps, for a body that did not say how long it is. */
  private static final long STEP = 8 << 20;

  private final Intake intake;
  private final Spool spool;
  private @Nullable OrgId organization;
  private long reserved;

  Admission(Intake intake, Spool spool) {
    this.intake = intake;
    this.spool = spool;
  }

  /**
   * Lets an upload in.
   *
   * @param announced bytes of its body, 0 when it does not say
   * @throws ProblemException TOO_MANY_UPLOADS, SERVICE_UNAVAILABLE
   */
  synchronized void admit(OrgId organization, long announced) {
    switch (intake.slots().take(organization)) {
      case ORGANIZATION_FULL ->
          throw new ProblemException(
                  Problem.TOO_MANY_UPLOADS,
                  "This organisation may send %d uploads at once; wait until one has ended."
                      .formatted(intake.config().perOrganization()))
              .retryAfter(SOON);
      case PROCESS_FULL ->
          throw new ProblemException(
                  Problem.SERVICE_UNAVAILABLE,
                  "Too many uploads are being read. Nothing was done; try again.")
              .retryAfter(SOON);
      case TAKEN -> this.organization = organization;
    }
    grow(announced);
  }

  /** What the parts of a form may be. */
  PartLimits partLimits(String boundary) {
    return new PartLimits(
        boundary, intake.config().maxParts(), intake.config().maxPartHeaderBytes());
  }

  /** Says that the body has had so many bytes so far. */
  synchronized void grownTo(long bytes) {
    if (organization != null && bytes > reserved) {
      grow(Math.max(STEP, bytes - reserved));
    }
  }

  private void grow(long more) {
    spool.reserve(more);
    reserved += more;
  }

  /** Gives everything back, as the end of the request does. */
  @PreDestroy
  public synchronized void end() {
    if (organization != null) {
      intake.slots().giveBack(organization);
      organization = null;
      spool.release(reserved);
      reserved = 0;
    }
  }
}
