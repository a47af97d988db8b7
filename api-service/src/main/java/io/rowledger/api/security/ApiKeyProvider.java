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
    Optional<KnownKey> cached = directory.cachedKey(request.hash());
    if (cached.isPresent()) {
      return Uni.createFrom().item(() -> identity(cached));
    }
    return context.runBlocking(() -> identity(directory.key(request.hash())));
  }

  private SecurityIdentity identity(Optional<KnownKey> found) {
    return found
        .filter(key -> key.isValidAt(clock.instant()))
        .map(key -> identity(key.caller(), new QuarkusPrincipal(key.caller().name())))
        .orElseThrow(() -> new AuthenticationFailedException("unknown or expired API key"));
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
