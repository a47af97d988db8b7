package io.rowledger.api.tenant;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.rowledger.api.scope.Scope;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes table {@code api_key}. */
@ApplicationScoped
@Transactional
class ApiKeys implements PanacheRepositoryBase<ApiKey, UUID> {

  private final Scope scope;

  ApiKeys(Scope scope) {
    this.scope = scope;
  }

  /** Whose key it is is not known yet: this is how it becomes known. */
  Optional<ApiKey> findByHash(byte[] hash) {
    scope.acrossOrganizations();
    return find("keyHash", hash).firstResultOptional();
  }

  /** One more than the page has, so that the caller can tell whether there is a next one. */
  List<ApiKey> list(OrgId organization, PageRequest page) {
    scope.of(organization);
    return find(
            "organizationId = ?1 and id < ?2",
            Sort.descending("id"),
            organization.value(),
            page.beforeId())
        .range(0, page.size())
        .list();
  }

  void add(ApiKey key) {
    scope.of(new OrgId(key.organizationId));
    persist(key);
  }

  /** Whether there was such a key of this organisation. */
  boolean delete(OrgId organization, UUID id) {
    scope.of(organization);
    return delete("organizationId = ?1 and id = ?2", organization.value(), id) > 0;
  }

  /** Writes at most once a minute, also when several processes see the key at once. */
  void markUsed(UUID id) {
    scope.acrossOrganizations();
    getEntityManager()
        .createNativeQuery(
            """
            UPDATE api_key SET last_used_at = clock_timestamp()
             WHERE id = :id
               AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')
            """)
        .setParameter("id", id)
        .executeUpdate();
  }

  /** Adds a key with a given hash unless it is there; whose it is then, says the result. */
  OrgId addOnce(ApiKey key) {
    scope.acrossOrganizations();
    getEntityManager()
        .createNativeQuery(
            """
            INSERT INTO api_key (id, organization_id, name, key_hash, permissions)
            VALUES (:id, :organization, :name, :hash, string_to_array(:permissions, ' '))
            ON CONFLICT (key_hash) DO UPDATE SET permissions = EXCLUDED.permissions
             WHERE api_key.organization_id = EXCLUDED.organization_id
            """)
        .setParameter("id", key.id)
        .setParameter("organization", key.organizationId)
        .setParameter("name", key.name)
        .setParameter("hash", key.keyHash)
        .setParameter("permissions", String.join(" ", key.permissions))
        .executeUpdate();
    return new OrgId(findByHash(key.keyHash).orElseThrow().organizationId);
  }
}
