package io.rowledger.api.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.rowledger.api.mapping.MappingBodies.MappingChange;
import io.rowledger.api.mapping.MappingBodies.NewMapping;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.scope.Scope;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes table {@code mapping}. What does not parse never gets into it. */
@ApplicationScoped
@Transactional
class Mappings implements PanacheRepositoryBase<StoredMapping, UUID> {

  private static final String OWN = "organizationId = ?1 and id = ?2";

  private final InstantSource clock;
  private final Scope scope;

  Mappings(InstantSource clock, Scope scope) {
    this.clock = clock;
    this.scope = scope;
  }

  Optional<StoredMapping> find(OrgId organization, UUID id) {
    scope.of(organization);
    return find(OWN, organization.value(), id).singleResultOptional();
  }

  /** One more than the page has, so that the caller can tell whether there is a next one. */
  List<StoredMapping> list(OrgId organization, PageRequest page, @Nullable MappingTarget target) {
    scope.of(organization);
    Sort newestFirst = Sort.descending("id");
    String all = "organizationId = ?1 and id < ?2";
    return (target == null
            ? find(all, newestFirst, organization.value(), page.beforeId())
            : find(
                all + " and target = ?3",
                newestFirst,
                organization.value(),
                page.beforeId(),
                target.wireName()))
        .range(0, page.size())
        .list();
  }

  StoredMapping create(OrgId organization, NewMapping wanted) {
    scope.of(organization);
    StoredMapping mapping = new StoredMapping();
    mapping.id = UuidV7.next();
    mapping.organizationId = organization.value();
    mapping.version = 1;
    mapping.createdAt = now();
    mapping.updatedAt = mapping.createdAt;
    mapping.name = wanted.name();
    mapping.target = wanted.target();
    mapping.columnMapping = wanted.columnMapping().toString();
    mapping.defaultFields =
        wanted.defaultFields() == null ? "{}" : wanted.defaultFields().toString();
    mapping.headersSnapshot = "[]";
    if (wanted.headersSnapshot() != null) {
      mapping.headersSnapshot = headers(wanted.headersSnapshot());
    }
    check(mapping);
    persist(mapping);
    return mapping;
  }

  /**
   * Changes what the change names. The row is locked first: of two changes at once the second sees
   * the first, and no version is given twice.
   *
   * @return empty when there is no such mapping of this organisation
   * @throws ProblemException VALIDATION_ERROR, or CONFLICT when the version is not the one expected
   */
  Optional<StoredMapping> change(OrgId organization, UUID id, MappingChange change) {
    scope.of(organization);
    Optional<StoredMapping> found =
        find(OWN, organization.value(), id)
            .withLock(LockModeType.PESSIMISTIC_WRITE)
            .singleResultOptional();
    found.ifPresent(mapping -> apply(mapping, change));
    return found;
  }

  /** Whether there was such a mapping of this organisation. */
  boolean delete(OrgId organization, UUID id) {
    scope.of(organization);
    return delete(OWN, organization.value(), id) > 0;
  }

  private void apply(StoredMapping mapping, MappingChange change) {
    if (change.version() != null && change.version() != mapping.version) {
      throw new ProblemException(
          Problem.CONFLICT,
          "The mapping has version %d, not %d; read it again and repeat the change."
              .formatted(mapping.version, change.version()));
    }
    if (change.name() != null) {
      mapping.name = change.name();
    }
    if (change.target() != null) {
      mapping.target = change.target();
    }
    if (change.columnMapping() != null) {
      mapping.columnMapping = change.columnMapping().toString();
    }
    if (change.defaultFields() != null) {
      mapping.defaultFields = change.defaultFields().toString();
    }
    if (change.headersSnapshot() != null) {
      mapping.headersSnapshot = headers(change.headersSnapshot());
    }
    check(mapping);
    mapping.version++;
    mapping.updatedAt = now();
  }

  private static void check(StoredMapping mapping) {
    JsonNode columns = ExactJson.read(mapping.columnMapping);
    CheckedMapping.of(mapping.target, columns, ExactJson.read(mapping.defaultFields));
  }

  private static String headers(List<String> headers) {
    CheckedMapping.requireStorable(headers);
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    headers.forEach(json::add);
    return json.toString();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
