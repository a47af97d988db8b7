package io.rowledger.worker.target;

import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.job.JobId;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entities that some rows name, with one query for each way of naming them: by entity id,
 * then external id, then tax id.
 */
public final class EntityResolver {

  /**
   * What became of one reference.
   *
   * @param entityId null when nobody is named or nobody was found
   * @param problem null when nobody is named or somebody was found
   */
  public record Resolution(@Nullable UUID entityId, @Nullable RowCode problem) {}

  private record Entity(UUID id, String country) {}

  private final Set<UUID> ids = new HashSet<>();
  private final Map<String, UUID> byExternalId = new HashMap<>();
  private final Map<String, List<Entity>> byTaxId = new HashMap<>();
  private final JobId job;
  private final KnownEntities known;

  private EntityResolver(JobId job, KnownEntities known) {
    this.job = job;
    this.known = known;
  }

  /**
   * Looks up everybody whom the references may mean.
   *
   * @param known who need not be asked for again
   */
  public static EntityResolver load(
      Tx tx, Scope scope, List<EntityReference> references, KnownEntities known) {
    OrgId organization = scope.organization();
    Set<UUID> ids = new HashSet<>();
    Set<String> externalIds = new HashSet<>();
    Set<String> taxIds = new HashSet<>();
    for (EntityReference reference : references) {
      if (reference.entityId() != null) {
        ids.add(reference.entityId());
      }
      if (reference.externalId() != null) {
        externalIds.add(reference.externalId());
      }
      if (reference.taxId() != null) {
        taxIds.add(reference.taxId());
      }
    }
    EntityResolver resolver = new EntityResolver(scope.job(), known);
    if (!ids.isEmpty()) {
      resolver.ids.addAll(
          KeyLookUp.find(
              tx,
              "entities",
              "id",
              "id",
              row -> row.getObject(1, UUID.class),
              organization,
              ids.toArray(UUID[]::new)));
    }
    externalIds = known.unknown(externalIds);
    if (!externalIds.isEmpty()) {
      KeyLookUp.find(
          tx,
          "entities",
          "external_id",
          "external_id, id, job_id",
          row -> {
            resolver.found(
                row.getString(1), row.getObject(2, UUID.class), row.getObject(3, UUID.class));
            return true;
          },
          organization,
          externalIds.toArray(String[]::new));
    }
    if (!taxIds.isEmpty()) {
      KeyLookUp.find(
          tx,
          "entities",
          "tax_id",
          "tax_id, id, country_code",
          row -> {
            resolver.add(row.getString(1), row.getObject(2, UUID.class), row.getString(3));
            return true;
          },
          organization,
          taxIds.toArray(String[]::new));
    }
    return resolver;
  }

  private void found(String externalId, UUID id, UUID broughtBy) {
    byExternalId.put(externalId, id);
    // What the job itself has brought along may be undone yet.
    if (!broughtBy.equals(job.value())) {
      known.remember(externalId, id);
    }
  }

  private @Nullable UUID byExternalId(String externalId) {
    UUID found = byExternalId.get(externalId);
    return found == null ? known.find(externalId) : found;
  }

  private void add(String taxId, UUID id, String country) {
    byTaxId.computeIfAbsent(taxId, key -> new ArrayList<>()).add(new Entity(id, country));
  }

  /** Lets later references find an entity that a row before them is going to create. */
  public void expect(UUID id, @Nullable String externalId, String taxId, String country) {
    if (externalId != null) {
      byExternalId.put(externalId, id);
    }
    add(taxId, id, country);
  }

  public Resolution resolve(EntityReference reference) {
    if (reference.entityId() != null && ids.contains(reference.entityId())) {
      return new Resolution(reference.entityId(), null);
    }
    UUID named = reference.externalId() == null ? null : byExternalId(reference.externalId());
    if (named != null) {
      return new Resolution(named, null);
    }
    if (reference.taxId() != null) {
      List<Entity> found =
          byTaxId.getOrDefault(reference.taxId(), List.of()).stream()
              .filter(e -> reference.country() == null || e.country().equals(reference.country()))
              .toList();
      if (!found.isEmpty()) {
        return found.size() == 1
            ? new Resolution(found.get(0).id(), null)
            : new Resolution(null, RowCode.AMBIGUOUS_TAX_ID);
      }
    }
    return new Resolution(null, reference.isNone() ? null : RowCode.ENTITY_NOT_FOUND);
  }
}
