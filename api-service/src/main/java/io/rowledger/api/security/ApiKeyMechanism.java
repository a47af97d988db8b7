package io.rowledger.api.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** Takes {@code Bearer rl_…} before OIDC sees it; every other token is left to OIDC. */
@ApplicationScoped
class ApiKeyMechanism implements HttpAuthenticationMechanism {

  private static final String SCHEME = "Bearer ";

  /** Above the OIDC mechanism's default of 1001, which would call a key a broken token. */
  private static final int BEFORE_OIDC = 2000;

  private final ApiKeyProvider keys;

  ApiKeyMechanism(ApiKeyProvider keys) {
    this.keys = keys;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Uni.createFrom().nullItem();
    }
    String token = header.substring(SCHEME.length()).strip();
    if (!token.startsWith(ApiKeySecret.PREFIX)) {
      return Uni.createFrom().nullItem();
    }
    if (!ApiKeySecret.hasForm(token)) {
      return Uni.createFrom().failure(new AuthenticationFailedException("not an API key"));
    }
    byte[] hash = ApiKeySecret.hash(token);
    // Nearly always. Quarkus' way to a provider is a dozen steps, each on a captured context.
    SecurityIdentity known = keys.known(hash);
    return known != null
        ? Uni.createFrom().item(known)
        : identities.authenticate(new ApiKeyRequest(hash));
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of(ApiKeyRequest.class);
  }

  @Override
  public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
    return Uni.createFrom()
        .item(
            new HttpCredentialTransport(
                HttpCredentialTransport.Type.AUTHORIZATION, "bearer", "api-key"));
  }

  @Override
  public int getPriority() {
    return BEFORE_OIDC;
  }
}
