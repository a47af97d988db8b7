package io.rowledger.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.rowledger.api.security.Directory.KnownKey;
import io.rowledger.core.tenant.OrgId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/**
 * Believes the directory for a few seconds, so that a client that polls a job does not read its key
 * again with every request. Only what was found is kept: a key works as soon as it exists.
 */
@Singleton
public class CachedDirectory {

  /** Far above the keys in use at once; bounds what a flood of valid tokens can occupy. */
  private static final int MAX_ENTRIES = 10_000;

  private final Directory directory;
  private final Cache<String, KnownKey> keys;
  private final Cache<String, OrgId> organizations;

  CachedDirectory(Directory directory, SecurityConfig config) {
    this.directory = directory;
    this.keys = newCache(config);
    this.organizations = newCache(config);
  }

  private static <V> Cache<String, V> newCache(SecurityConfig config) {
    return Caffeine.newBuilder()
        .expireAfterWrite(config.cacheFor())
        .maximumSize(MAX_ENTRIES)
        .build();
  }

  /** A key that dies here and now, in this process. */
  public void forgetKey(UUID id) {
    keys.asMap().values().removeIf(key -> id.equals(key.id()));
  }

  /** Does not block. */
  Optional<KnownKey> cachedKey(byte[] hash) {
    return Optional.ofNullable(keys.getIfPresent(ApiKeySecret.hex(hash)));
  }

  /** May block. */
  Optional<KnownKey> key(byte[] hash) {
    Optional<KnownKey> cached = cachedKey(hash);
    if (cached.isPresent()) {
      return cached;
    }
    Optional<KnownKey> found = directory.findKey(hash);
    found.ifPresent(key -> keys.put(ApiKeySecret.hex(hash), key));
    return found;
  }

  /** Does not block. */
  Optional<OrgId> cachedOrganization(String orgKey) {
    return Optional.ofNullable(organizations.getIfPresent(orgKey));
  }

  /** May block. */
  Optional<OrgId> organization(String orgKey, boolean provision) {
    Optional<OrgId> cached = cachedOrganization(orgKey);
    if (cached.isPresent()) {
      return cached;
    }
    Optional<OrgId> found = directory.findOrganization(orgKey);
    if (found.isEmpty() && provision) {
      found = Optional.of(directory.provision(orgKey));
    }
    found.ifPresent(id -> organizations.put(orgKey, id));
    return found;
  }
}
