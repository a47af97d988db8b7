package io.rowledger.api.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.RequestScoped;
import java.util.Set;
import org.jboss.logging.MDC;

/**
 * The caller of this request. Valid inside the request only: what outlives it, such as a stream,
 * takes the values out first.
 */
@RequestScoped
public class Caller {

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /**
   * Whose data this request is about.
   *
   * @throws ProblemException {@code FORBIDDEN} for the operator, who belongs to no organisation
   */
  public OrgId organization() {
    OrgId organization = known().organization();
    if (organization == null) {
      throw new ProblemException(
          Problem.FORBIDDEN, "This caller belongs to no organisation; use a key of one.");
    }
    // What this request logs from here on says whose it is.
    MDC.put("organization", organization.value().toString());
    return organization;
  }

  /** The key's name or the token's subject, for {@code createdBy} and {@code cancelledBy}. */
  public String name() {
    return known().name();
  }

  public Set<String> permissions() {
    return known().permissions();
  }

  public boolean may(String permission) {
    return known().permissions().contains(permission);
  }

  /**
   * For what {@code @RolesAllowed} cannot say: several at once, or one that depends on the job.
   *
   * @throws ProblemException {@code FORBIDDEN} when the caller lacks it
   */
  public void require(String permission) {
    if (!may(permission)) {
      throw new ProblemException(
          Problem.FORBIDDEN, "This needs the permission " + permission + ".");
    }
  }

  private CallerIdentity known() {
    CallerIdentity known = identity.getAttribute(CallerIdentity.ATTRIBUTE);
    if (known == null) {
      throw new ProblemException(Problem.UNAUTHORIZED, "Authentication is needed.");
    }
    return known;
  }
}
