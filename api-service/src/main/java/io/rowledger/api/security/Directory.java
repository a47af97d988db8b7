package io.rowledger.api.security;

import io.rowledger.core.tenant.OrgId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where keys and organisations are found. Every method may block and may fail with an outage. */
public interface Directory {

  /**
   * A stored key.
   *
   * @param id null for the operator's key, which comes from configuration
   * @param expiresAt null = never
   */
  record KnownKey(@Nullable UUID id, CallerIdentity caller, @Nullable Instant expiresAt) {

    boolean isValidAt(Instant now) {
      return expiresAt == null || now.isBefore(expiresAt);
    }
  }

  /** Finds a key by its SHA-256, and notes that it was used. */
  Optional<KnownKey> findKey(byte[] hash);

  /** Finds an organisation by what the claim of its tokens carries. */
  Optional<OrgId> findOrganization(String orgKey);

  /** Finds or creates it, with the default limits; safe against a race with itself. */
  OrgId provision(String orgKey);
}
