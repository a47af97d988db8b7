package io.rowledger.api.security;

import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.rowledger.testkit.OidcServer;
import io.rowledger.testkit.RowledgerStack;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access tokens of a real provider: real discovery, real keys, real signatures. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class AccessTokenTest {

  private static final OidcServer OIDC = RowledgerStack.oidc();

  private Tenant tenant;

  @BeforeEach
  void createTenant() {
    tenant = Tenant.create();
  }

  @Test
  void aGoodTokenActsForTheOrganisationOfItsClaim() {
    read(OIDC.token(manager())).statusCode(200).body("organization.id", equalTo(tenant.id()));
  }

  @Test
  void permissionsAreAlsoReadFromTheScope() {
    read(OIDC.token(Map.of("org_id", tenant.orgKey(), "scope", "openid organization:manage")))
        .statusCode(200);
  }

  @Test
  void whenThereIsAPermissionsArrayTheScopeAddsNothing() {
    read(OIDC.token(
            Map.of(
                "org_id",
                tenant.orgKey(),
                "permissions",
                List.of("events:create"),
                "scope",
                "organization:manage")))
        .statusCode(403);
  }

  @Test
  void rolesThatOtherClaimsCarryOpenNothing() {
    List<String> everything = Permission.ALL;
    read(OIDC.token(
            Map.of(
                "org_id",
                tenant.orgKey(),
                "groups",
                everything,
                "realm_access",
                Map.of("roles", everything))))
        .statusCode(403);
  }

  @Test
  void aTokenThatNobodyShouldBelieveIs401() {
    refused(OIDC.tokenSignedByAnotherKey(manager()));
    refused(OIDC.tokenOfAnotherIssuer(manager()));
    refused(OIDC.expiredToken(manager()));
    refused("e30.e30.");
    refused("nonsense");
    refused("rl_test_tooshort");
    refused("rl_test_" + "a".repeat(43));
  }

  @Test
  void anUnknownOrganisationIs403() {
    read(OIDC.token(
            Map.of(
                "org_id",
                "nobody-" + UUID.randomUUID(),
                "permissions",
                List.of("organization:manage"))))
        .statusCode(403)
        .body("error.code", equalTo("FORBIDDEN"));
  }

  @Test
  void aTokenWithoutOrganisationIs403() {
    read(OIDC.token(Map.of("permissions", List.of("organization:manage")))).statusCode(403);
  }

  @Test
  void theOperatorNeedsNoOrganisation() {
    String token = OIDC.token(Map.of("permissions", List.of("platform:admin")));

    Tenant.as(token).get("/admin/organizations").then().statusCode(200);
    read(token).statusCode(403);
  }

  private Map<String, Object> manager() {
    return Map.of("org_id", tenant.orgKey(), "permissions", List.of("organization:manage"));
  }

  private static ValidatableResponse read(String token) {
    return Tenant.as(token).get("/organization").then();
  }

  private static void refused(String token) {
    read(token)
        .statusCode(401)
        .header("WWW-Authenticate", equalTo("Bearer"))
        .body("error.code", equalTo("UNAUTHORIZED"));
  }
}
