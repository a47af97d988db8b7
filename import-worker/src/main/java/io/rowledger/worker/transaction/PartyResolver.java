package io.rowledger.worker.transaction;

import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.transaction.Party;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entities that the parties of some transactions name, with one query for each way of
 * naming them: by entity id, then external id, then tax id.
 */
final class PartyResolver {

  /**
   * What became of one party.
   *
   * @param entityId null when the party names nobody or nobody was found
   * @param problem null when the party names nobody or somebody was found
   */
  record Resolution(@Nullable UUID entityId, @Nullable RowCode problem) {}

  private record Entity(UUID id, String country) {}

  private final Set<UUID> ids = new HashSet<>();
  private final Map<String, UUID> byExternalId = new HashMap<>();
  private final Map<String, List<Entity>> byTaxId = new HashMap<>();

  private PartyResolver() {}

  static PartyResolver load(Tx tx, OrgId organization, List<Party> parties) {
    Set<UUID> ids = new HashSet<>();
    Set<String> externalIds = new HashSet<>();
    Set<String> taxIds = new HashSet<>();
    for (Party party : parties) {
      if (party.entityId() != null) {
        ids.add(party.entityId());
      }
      if (party.externalId() != null) {
        externalIds.add(party.externalId());
      }
      if (party.taxId() != null) {
        taxIds.add(party.taxId());
      }
    }
    PartyResolver resolver = new PartyResolver();
    if (!ids.isEmpty()) {
      resolver.ids.addAll(
          tx.query(
              "SELECT id FROM entities WHERE organization_id = ? AND id = ANY(?)",
              row -> row.getObject(1, UUID.class),
              organization.value(),
              ids.toArray(UUID[]::new)));
    }
    if (!externalIds.isEmpty()) {
      tx.query(
          "SELECT external_id, id FROM entities WHERE organization_id = ? AND external_id = ANY(?)",
          row -> resolver.byExternalId.put(row.getString(1), row.getObject(2, UUID.class)),
          organization.value(),
          externalIds.toArray(String[]::new));
    }
    if (!taxIds.isEmpty()) {
      tx.query(
          "SELECT tax_id, id, country_code FROM entities WHERE organization_id = ? AND tax_id = ANY(?)",
          row ->
              resolver
                  .byTaxId
                  .computeIfAbsent(row.getString(1), taxId -> new ArrayList<>())
                  .add(new Entity(row.getObject(2, UUID.class), row.getString(3))),
          organization.value(),
          taxIds.toArray(String[]::new));
    }
    return resolver;
  }

  Resolution resolve(Party party) {
    if (party.entityId() != null && ids.contains(party.entityId())) {
      return new Resolution(party.entityId(), null);
    }
    UUID named = party.externalId() == null ? null : byExternalId.get(party.externalId());
    if (named != null) {
      return new Resolution(named, null);
    }
    if (party.taxId() != null) {
      List<Entity> found =
          byTaxId.getOrDefault(party.taxId(), List.of()).stream()
              .filter(e -> party.country() == null || e.country().equals(party.country()))
              .toList();
      if (!found.isEmpty()) {
        return found.size() == 1
            ? new Resolution(found.get(0).id(), null)
            : new Resolution(null, RowCode.AMBIGUOUS_TAX_ID);
      }
    }
    return new Resolution(null, party.isReference() ? RowCode.ENTITY_NOT_FOUND : null);
  }
}
