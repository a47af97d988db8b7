package io.rowledger.api.security;

import io.rowledger.api.wire.Texts;
import jakarta.json.JsonString;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the claims of a checked token. Pure. */
final class TokenClaims {

  private final Function<String, @Nullable Object> claims;
  private final SecurityConfig.Token names;

  TokenClaims(Function<String, @Nullable Object> claims, SecurityConfig.Token names) {
    this.claims = claims;
    this.names = names;
  }

  Optional<String> organization() {
    return text(claims.apply(names.organizationClaim()))
        .filter(org -> !org.isBlank() && Texts.isClean(org));
  }

  /**
   * What the token may do here. Names that this service does not know are dropped, so that a role
   * of another system never means anything by accident.
   */
  Set<String> permissions() {
    Object array = claims.apply(names.permissionsClaim());
    Stream<String> granted =
        array instanceof Collection<?> items
            ? items.stream().map(TokenClaims::text).flatMap(Optional::stream)
            : Stream.of(array, claims.apply(names.scopeClaim()))
                .filter(Objects::nonNull)
                .limit(1)
                .map(TokenClaims::text)
                .flatMap(Optional::stream)
                .flatMap(words -> Arrays.stream(words.split(" ")));
    Set<String> known = new LinkedHashSet<>(Permission.ALL);
    known.retainAll(granted.toList());
    return known;
  }

  private static Optional<String> text(@Nullable Object claim) {
    if (claim instanceof JsonString json) {
      return Optional.of(json.getString());
    }
    return claim instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
