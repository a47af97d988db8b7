package io.rowledger.benchmark.peer;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * The same kind of check as the status route of the api-service has in these runs: the SHA-256 of
 * the bearer's API key, looked up in the table of keys and then remembered. Here for ever, there
 * for a few seconds.
 */
@ApplicationScoped
class ApiKeyMechanism implements HttpAuthenticationMechanism {

  private final DataSource database;
  private final Map<String, SecurityIdentity> known = new ConcurrentHashMap<>();

  ApiKeyMechanism(DataSource database) {
    this.database = database;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    String header = context.request().getHeader("Authorization");
    if (header == null || !header.startsWith("Bearer ")) {
      return Uni.createFrom().nullItem();
    }
    byte[] hash = hash(header.substring("Bearer ".length()));
    String name = HexFormat.of().formatHex(hash);
    SecurityIdentity caller = known.get(name);
    if (caller != null) {
      return Uni.createFrom().item(caller);
    }
    return Uni.createFrom()
        .completionStage(
            () -> context.vertx().executeBlocking(() -> find(hash), false).toCompletionStage())
        .invoke(found -> known.put(name, found));
  }

  private SecurityIdentity find(byte[] hash) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT name, permissions FROM api_key WHERE key_hash = ?")) {
      select.setBytes(1, hash);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new AuthenticationFailedException("unknown API key");
        }
        return QuarkusSecurityIdentity.builder()
            .setPrincipal(new QuarkusPrincipal(row.getString(1)))
            .addRoles(Set.of((String[]) row.getArray(2).getArray()))
            .build();
      }
    }
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
