package io.rowledger.api.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Gives a checked access token its organisation and permissions. The identity is built anew: the
 * roles that OIDC reads from other claims ({@code groups}, {@code realm_access}) are not ours and
 * must not open anything.
 */
@ApplicationScoped
class TokenCaller implements SecurityIdentityAugmentor {

  private final CachedDirectory directory;
  private final SecurityConfig.Token config;

  TokenCaller(CachedDirectory directory, SecurityConfig config) {
    this.directory = directory;
    this.config = config.token();
  }

  @Override
  public Uni<SecurityIdentity> augment(
      SecurityIdentity identity, AuthenticationRequestContext context) {
    if (identity.isAnonymous() || identity.getAttribute(CallerIdentity.ATTRIBUTE) != null) {
      return Uni.createFrom().item(identity);
    }
    if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
      return Uni.createFrom().failure(new AuthenticationFailedException("not a JWT"));
    }
    TokenClaims claims = new TokenClaims(token::getClaim, config);
    Set<String> permissions = claims.permissions();
    Optional<String> orgKey = claims.organization();
    if (orgKey.isEmpty()) {
      // The operator's own people belong to no organisation.
      return permissions.contains(Permission.PLATFORM_ADMIN)
          ? Uni.createFrom().item(operator(token))
          : Uni.createFrom().failure(unknownOrganization());
    }
    Optional<OrgId> cached = directory.cachedOrganization(orgKey.get());
    if (cached.isPresent()) {
      return Uni.createFrom().item(of(token, cached.get(), permissions));
    }
    return context.runBlocking(
        () ->
            directory
                .organization(orgKey.get(), config.autoProvision())
                .map(organization -> of(token, organization, permissions))
                .orElseThrow(TokenCaller::unknownOrganization));
  }

  private static SecurityIdentity of(JsonWebToken token, OrgId org, Set<String> permissions) {
    return ApiKeyProvider.identity(new CallerIdentity(org, name(token), permissions), token);
  }

  private static SecurityIdentity operator(JsonWebToken token) {
    return ApiKeyProvider.identity(
        new CallerIdentity(null, name(token), Set.of(Permission.PLATFORM_ADMIN)), token);
  }

  /** Without a subject there is nobody to write down as the creator of a job. */
  private static String name(JsonWebToken token) {
    String subject = token.getSubject();
    if (subject == null || subject.isBlank()) {
      throw new AuthenticationFailedException("the token has no subject");
    }
    return subject;
  }

  private static ProblemException unknownOrganization() {
    return new ProblemException(
        Problem.FORBIDDEN, "The organisation that the access token names is not known here.");
  }
}
