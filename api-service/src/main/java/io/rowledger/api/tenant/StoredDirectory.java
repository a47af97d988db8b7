package io.rowledger.api.tenant;

import io.rowledger.api.security.ApiKeySecret;
import io.rowledger.api.security.CallerIdentity;
import io.rowledger.api.security.Directory;
import io.rowledger.api.security.Permission;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Finds keys and organisations in the database, and the operator's key in the configuration. */
@ApplicationScoped
class StoredDirectory implements Directory {

  private static final Logger LOG = Logger.getLogger(StoredDirectory.class);

  private final ApiKeys keys;
  private final Organizations organizations;
  private final Optional<byte[]> adminHash;

  StoredDirectory(ApiKeys keys, Organizations organizations, BootstrapConfig bootstrap) {
    this.keys = keys;
    this.organizations = organizations;
    this.adminHash = bootstrap.adminKey().map(ApiKeySecret::hash);
  }

  @Override
  public Optional<KnownKey> findKey(byte[] hash) {
    if (adminHash.isPresent() && MessageDigest.isEqual(adminHash.get(), hash)) {
      return Optional.of(
          new KnownKey(
              null,
              new CallerIdentity(null, "bootstrap-admin", Set.of(Permission.PLATFORM_ADMIN)),
              null));
    }
    Optional<ApiKey> found = keys.findByHash(hash);
    found.ifPresent(this::noteUse);
    return found.map(
        key ->
            new KnownKey(
                key.id,
                new CallerIdentity(
                    new OrgId(key.organizationId), key.name, Set.copyOf(key.permissions)),
                key.expiresAt));
  }

  @Override
  public Optional<OrgId> findOrganization(String orgKey) {
    return organizations.findByKey(orgKey);
  }

  @Override
  public OrgId provision(String orgKey) {
    LOG.infof("an organisation is created for its first access token");
    return organizations.provision(orgKey);
  }

  /** A read-only standby or a full disk must not turn a good key away. */
  private void noteUse(ApiKey key) {
    try {
      keys.markUsed(key.id);
    } catch (RuntimeException e) {
      LOG.warnf(e, "the use of API key %s could not be noted", key.id);
    }
  }
}
