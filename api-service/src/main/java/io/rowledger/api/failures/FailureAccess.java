package io.rowledger.api.failures;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.tenant.Organizations;
import io.rowledger.core.job.JobKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.Set;

/** Who may read failures, and who may see the rejected cells in them. */
@ApplicationScoped
class FailureAccess {

  private final Caller caller;
  private final Organizations organizations;

  FailureAccess(Caller caller, Organizations organizations) {
    this.caller = caller;
    this.organizations = organizations;
  }

  /**
   * What one caller may.
   *
   * @param strict the organisation shows failures only to those who may import their kind
   */
  record Allowed(Set<String> permissions, boolean strict) {

    /** Whether rejected cells of this kind may be shown. */
    boolean values(JobKind kind) {
      return permissions.contains(kind.permission());
    }

    /**
     * Refuses those who may not read failures of this kind at all.
     *
     * @throws ProblemException {@code FORBIDDEN}
     */
    void require(JobKind kind) {
      if (strict && !values(kind)) {
        throw new ProblemException(
            Problem.FORBIDDEN,
            "This organisation shows failures of this kind only with the permission "
                + kind.permission()
                + ".");
      }
    }
  }

  /** Of this request. Asks the database on a connection of its own: not inside a transaction. */
  Allowed ofCaller() {
    Set<String> permissions = Set.copyOf(caller.permissions());
    boolean all =
        Arrays.stream(JobKind.values()).map(JobKind::permission).allMatch(permissions::contains);
    return new Allowed(
        permissions, !all && organizations.strictFailureAccess(caller.organization()));
  }
}
