package io.rowledger.api.security;

import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link RouteTable}.
 *
 * @param path as in the API description
 * @param anyOf the caller needs one of these
 * @param also and this one; null when one is enough
 * @param contentType of the body
 * @param body a body that the route can read, null when it has none
 * @param foreign makes a thing in an organisation and returns its id, for {@code {…}} in the path;
 *     null when there is nothing to name
 */
public record Route(
    String method,
    String path,
    Set<String> anyOf,
    @Nullable String also,
    String contentType,
    @Nullable String body,
    @Nullable Function<Tenant, String> foreign) {

  static Route route(String method, String path, String... anyOf) {
    return new Route(method, path, Set.of(anyOf), null, "application/json", null, null);
  }

  /** Both permissions are needed. */
  Route and(String permission) {
    return new Route(method, path, anyOf, permission, contentType, body, foreign);
  }

  Route body(String json) {
    return new Route(method, path, anyOf, also, contentType, json, foreign);
  }

  /** The body is a form with one field that nobody knows. */
  Route form() {
    return new Route(method, path, anyOf, also, "multipart/form-data", "nothing", foreign);
  }

  Route id(Function<Tenant, String> maker) {
    return new Route(method, path, anyOf, also, contentType, body, maker);
  }

  /** The path with every placeholder replaced. */
  String pathWith(String id) {
    return path.replaceAll("\\{[^}]+}", id);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
