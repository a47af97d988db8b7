package io.rowledger.api.tenant;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.scope.Scope;
import io.rowledger.api.tenant.OrganizationBodies.LimitsChange;
import io.rowledger.api.tenant.OrganizationBodies.NewOrganization;
import io.rowledger.api.tenant.OrganizationBodies.OrganizationChange;
import io.rowledger.api.tenant.OrganizationBodies.RetentionChange;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/** Reads and writes table {@code organization}. */
@ApplicationScoped
@Transactional
public class Organizations implements PanacheRepositoryBase<Organization, UUID> {

  /** The defaults of the columns, for an organisation that is made without limits. */
  private static final LimitsChange DEFAULT_LIMITS = new LimitsChange(1_000_000, 2L << 30, 100);

  private final InstantSource clock;
  private final Scope scope;
  private final RetentionConfig retention;

  Organizations(InstantSource clock, Scope scope, RetentionConfig retention) {
    this.clock = clock;
    this.scope = scope;
    this.retention = retention;
  }

  /**
   * What the organisation may send.
   *
   * @throws ProblemException {@code FORBIDDEN} when it does not exist (any more)
   */
  public TenantLimits limits(OrgId id) {
    scope.of(id);
    Organization found =
        findByIdOptional(id.value())
            .orElseThrow(
                () -> new ProblemException(Problem.FORBIDDEN, "The organisation is not known."));
    return new TenantLimits(
        Set.copyOf(found.features),
        found.maxRowsPerFile,
        found.maxBytes,
        found.maxOpenJobs,
        found.retentionDays);
  }

  /** Whether failures need the permission of their job's kind; false for one that is not there. */
  public boolean strictFailureAccess(OrgId id) {
    scope.of(id);
    return findByIdOptional(id.value()).map(found -> found.strictFailureAccess).orElse(false);
  }

  Organization get(OrgId id) {
    scope.of(id);
    return findByIdOptional(id.value()).orElseThrow(ProblemException::notFound);
  }

  Optional<OrgId> findByKey(String orgKey) {
    scope.acrossOrganizations();
    return find("orgKey", orgKey).firstResultOptional().map(found -> new OrgId(found.id));
  }

  /** One more than the page has, so that the caller can tell whether there is a next one. */
  List<Organization> list(PageRequest page, @Nullable String orgKey) {
    scope.acrossOrganizations();
    Sort newestFirst = Sort.descending("id");
    return (orgKey == null
            ? find("id < ?1", newestFirst, page.beforeId())
            : find("id < ?1 and orgKey = ?2", newestFirst, page.beforeId(), orgKey))
        .range(0, page.size())
        .list();
  }

  Organization create(NewOrganization wanted) {
    scope.acrossOrganizations();
    Organization organization = new Organization();
    organization.id = UuidV7.next();
    organization.orgKey = wanted.orgKey();
    organization.features = List.of();
    organization.createdAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    organization.retentionDays = retention.rowsDays();
    apply(organization, DEFAULT_LIMITS);
    apply(
        organization,
        new OrganizationChange(
            wanted.name(),
            wanted.features(),
            wanted.limits(),
            wanted.retentionDays(),
            wanted.retention(),
            null));
    try {
      persistAndFlush(organization);
    } catch (ConstraintViolationException e) {
      throw new ProblemException(
          Problem.CONFLICT, "There is an organisation with this orgKey already.");
    }
    return organization;
  }

  /** What the organisation changes itself: its limits and features the database keeps from it. */
  Organization change(OrgId id, OrganizationChange change) {
    Organization organization = get(id);
    apply(organization, change);
    return organization;
  }

  /** What the operator changes. */
  Organization changeAny(OrgId id, OrganizationChange change) {
    scope.acrossOrganizations();
    return change(id, change);
  }

  /** Makes it with the default limits unless it is there; two at once make one. */
  OrgId provision(String orgKey) {
    scope.acrossOrganizations();
    getEntityManager()
        .createNativeQuery(
            """
            INSERT INTO organization (id, org_key, name, retention_days) VALUES (:id, :orgKey, :orgKey, :days)
            ON CONFLICT (org_key) DO NOTHING
            """)
        .setParameter("id", UuidV7.next())
        .setParameter("orgKey", orgKey)
        .setParameter("days", retention.rowsDays())
        .executeUpdate();
    return findByKey(orgKey).orElseThrow();
  }

  private static void apply(Organization organization, OrganizationChange change) {
    if (change.name() != null) {
      organization.name = change.name();
    }
    if (change.features() != null) {
      organization.features = change.features().stream().distinct().sorted().toList();
    }
    if (change.limits() != null) {
      apply(organization, change.limits());
    }
    if (change.retentionDays() != null) {
      organization.retentionDays = change.retentionDays();
    }
    if (change.retention() != null) {
      apply(organization, change.retention());
    }
    if (change.strictFailureAccess() != null) {
      organization.strictFailureAccess = change.strictFailureAccess();
    }
  }

  private static void apply(Organization organization, RetentionChange retention) {
    if (retention.failuresDays() != null) {
      organization.failureRetentionDays = retention.failuresDays();
    }
    if (retention.dryRunsDays() != null) {
      organization.dryRunRetentionDays = retention.dryRunsDays();
    }
    if (retention.contentsDays() != null) {
      organization.contentRetentionDays = retention.contentsDays();
    }
  }

  private static void apply(Organization organization, LimitsChange limits) {
    if (limits.maxRowsPerFile() != null) {
      organization.maxRowsPerFile = limits.maxRowsPerFile();
    }
    if (limits.maxBytes() != null) {
      organization.maxBytes = limits.maxBytes();
    }
    if (limits.maxOpenJobs() != null) {
      organization.maxOpenJobs = limits.maxOpenJobs();
    }
  }
}
