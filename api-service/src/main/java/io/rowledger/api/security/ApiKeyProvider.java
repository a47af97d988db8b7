package io.rowledger.api.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.rowledger.api.security.Directory.KnownKey;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.Principal;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the hash of an API key into an identity. A key that cannot be looked up because the
 * database is away fails with the outage, not as a wrong key: a client must not be told to throw
 * away a good one.
 */
@ApplicationScoped
class ApiKeyProvider implements IdentityProvider<ApiKeyRequest> {

  private final CachedDirectory directory;
  private final InstantSource clock;

  ApiKeyProvider(CachedDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  @Override
  public Class<ApiKeyRequest> getRequestType() {
    return ApiKeyRequest.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      ApiKeyRequest request, AuthenticationRequestContext context) {
    return context.runBlocking(() -> identity(directory.key(request.hash())));
  }

  /** Without asking the database; null when only that can tell. */
  @Nullable SecurityIdentity known(byte[] hash) {
    return valid(directory.cachedKey(hash)).orElse(null);
  }

  private SecurityIdentity identity(Optional<KnownKey> found) {
    return valid(found)
        .orElseThrow(() -> new AuthenticationFailedException("unknown or expired API key"));
  }

  private Optional<SecurityIdentity> valid(Optional<KnownKey> found) {
    return found
        .filter(key -> key.isValidAt(clock.instant()))
        .map(key -> identity(key.caller(), new QuarkusPrincipal(key.caller().name())));
  }

  /** Permissions become roles, which is what {@code @RolesAllowed} asks for. */
  static SecurityIdentity identity(CallerIdentity caller, Principal principal) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(principal)
        .addRoles(caller.permissions())
        .addAttribute(CallerIdentity.ATTRIBUTE, caller)
        .build();
  }
}
