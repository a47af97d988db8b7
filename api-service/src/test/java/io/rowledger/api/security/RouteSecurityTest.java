package io.rowledger.api.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.rowledger.testkit.RowledgerStack;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route of {@link RouteTable} against callers who may not. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class RouteSecurityTest {

  private static final Set<String> METHODS =
      Set.of("get", "post", "put", "patch", "delete", "head", "options");

  static Stream<Route> all() {
    return RouteTable.ROUTES.stream();
  }

  static Stream<Route> withTwoPermissions() {
    return all().filter(route -> route.also() != null);
  }

  static Stream<Route> withTenantIds() {
    return all().filter(route -> route.foreign() != null);
  }

  /** Routes whose id is not of a tenant: unknown and malformed must still look the same. */
  static Stream<Route> withIds() {
    return all().filter(route -> route.path().contains("{"));
  }

  @Test
  void theTableHasEveryRouteOfTheApiDescriptionAndNoOther() {
    Map<String, Map<String, Object>> paths =
        given().get("/q/openapi?format=json").then().statusCode(200).extract().path("paths");

    Set<String> described = new TreeSet<>();
    paths.forEach(
        (path, operations) ->
            operations.keySet().stream()
                .filter(METHODS::contains)
                .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));

    assertThat(described)
        .as("add the missing line to RouteTable")
        .isEqualTo(all().map(Route::toString).collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutATokenItIs401(Route route) {
    Response answer = send(route, given(), UUID.randomUUID().toString());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<String>path("error.code")).isEqualTo("UNAUTHORIZED");
  }

  @ParameterizedTest
  @MethodSource("all")
  void withAllOtherPermissionsItIs403(Route route) {
    // Given
    String[] others =
        Permission.ALL.stream().filter(p -> !route.anyOf().contains(p)).toArray(String[]::new);
    String key = Tenant.create().key(others);

    // When
    Response answer = send(route, Tenant.as(key), UUID.randomUUID().toString());

    // Then
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<String>path("error.code")).isEqualTo("FORBIDDEN");
  }

  @ParameterizedTest
  @MethodSource("all")
  void withEachPermissionThatIsEnoughItIsNotRefused(Route route) {
    for (String permission : route.anyOf()) {
      String key =
          route.also() == null
              ? Tenant.create().key(permission)
              : Tenant.create().key(permission, route.also());

      Response answer = send(route, Tenant.as(key), UUID.randomUUID().toString());

      assertThat(answer.statusCode()).isNotIn(401, 403).isLessThan(500);
    }
  }

  @ParameterizedTest
  @MethodSource("withTwoPermissions")
  void oneOfTwoPermissionsIsNotEnough(Route route) {
    for (String permission : route.anyOf()) {
      String key = Tenant.create().key(permission);

      Response answer = send(route, Tenant.as(key), UUID.randomUUID().toString());

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.<String>path("error.code")).isEqualTo("FORBIDDEN");
    }
  }

  @ParameterizedTest
  @MethodSource("withTenantIds")
  void anIdOfAnotherOrganisationLooksLikeOneThatDoesNotExist(Route route) {
    // Given
    String key = Tenant.create().key(route.anyOf().toArray(String[]::new));
    Tenant other = Tenant.create();

    // When
    Response foreign = send(route, Tenant.as(key), route.foreign().apply(other));
    Response unknown = send(route, Tenant.as(key), UUID.randomUUID().toString());

    // Then
    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(comparable(foreign)).isEqualTo(comparable(unknown));
  }

  @ParameterizedTest
  @MethodSource("withIds")
  void aMalformedIdLooksLikeOneThatDoesNotExist(Route route) {
    String key = Tenant.create().key(route.anyOf().toArray(String[]::new));

    Response unknown = send(route, Tenant.as(key), UUID.randomUUID().toString());

    assertThat(unknown.statusCode()).isEqualTo(404);
    for (String malformed : List.of("nonsense", "1-1-1-1-1", "%00", "%C3%A9", "..;", "0")) {
      Response answer = send(route, Tenant.as(key), malformed);
      assertThat(answer.statusCode()).as(malformed).isEqualTo(404);
      assertThat(comparable(answer)).as(malformed).isEqualTo(comparable(unknown));
    }
  }

  private static Response send(Route route, RequestSpecification request, String id) {
    request.urlEncodingEnabled(false);
    if (route.contentType().startsWith("multipart/")) {
      request.multiPart("nothing", route.body());
    } else if (route.body() != null) {
      request.contentType(route.contentType()).body(route.body());
    }
    return request.request(route.method(), route.pathWith(id));
  }

  /** What may not differ: everything but the path asked for and the name of the request. */
  private static Map<String, Object> comparable(Response answer) {
    Map<String, Object> body = new LinkedHashMap<>(answer.<Map<String, Object>>path(""));
    assertThat(body.keySet()).contains("instance", "requestId");
    body.remove("instance");
    body.remove("requestId");
    return body;
  }
}
