package io.rowledger.api.tenant;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.api.security.ApiKeySecret;
import io.rowledger.api.security.SecurityConfig;
import io.rowledger.api.tenant.ApiKeyBodies.ApiKeyBody;
import io.rowledger.api.tenant.ApiKeyBodies.NewApiKey;
import io.rowledger.api.tenant.ApiKeyBodies.NewApiKeyAnswer;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes API keys, for an organisation itself and for the operator. */
@Singleton
class KeyIssuer {

  private final ApiKeys keys;
  private final SecurityConfig config;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  KeyIssuer(ApiKeys keys, SecurityConfig config, InstantSource clock) {
    this.keys = keys;
    this.config = config;
    this.clock = clock;
  }

  /**
   * @param grantable the permissions that this caller may give away; a tenant that could give
   *     {@code platform:admin} would own the platform
   */
  NewApiKeyAnswer issue(OrgId organization, NewApiKey wanted, Collection<String> grantable) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    check(wanted, grantable, now);
    String secret = ApiKeySecret.generate(config.environment(), random);
    ApiKey key = new ApiKey();
    key.id = UuidV7.next();
    key.organizationId = organization.value();
    key.name = wanted.name();
    key.keyHash = ApiKeySecret.hash(secret);
    key.permissions = wanted.permissions().stream().distinct().sorted().toList();
    key.expiresAt = expiry(wanted.expiresAt());
    key.createdAt = now;
    keys.add(key);
    return new NewApiKeyAnswer(true, ApiKeyBody.of(key), secret);
  }

  private static @Nullable Instant expiry(@Nullable Instant wanted) {
    return wanted == null ? null : wanted.truncatedTo(ChronoUnit.MILLIS);
  }

  private static void check(NewApiKey wanted, Collection<String> grantable, Instant now) {
    List<Detail> wrong = new ArrayList<>();
    for (int i = 0; i < wanted.permissions().size(); i++) {
      if (!grantable.contains(wanted.permissions().get(i))) {
        wrong.add(
            new Detail("permissions[" + i + "]", "must be one of " + String.join(", ", grantable)));
      }
    }
    if (wanted.expiresAt() != null && !wanted.expiresAt().isAfter(now)) {
      wrong.add(new Detail("expiresAt", "must be in the future"));
    }
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
  }
}
