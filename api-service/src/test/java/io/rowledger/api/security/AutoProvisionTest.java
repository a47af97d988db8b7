package io.rowledger.api.security;

import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.rowledger.testkit.RowledgerStack;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
@TestProfile(AutoProvisionTest.On.class)
class AutoProvisionTest {

  public static final class On implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("rowledger.security.token.auto-provision", "true");
    }
  }

  @Test
  void theFirstTokensOfANewOrganisationCreateItOnce() {
    // Given
    String orgKey = "new-" + UUID.randomUUID();
    String token =
        RowledgerStack.oidc()
            .token(Map.of("org_id", orgKey, "permissions", List.of("organization:manage")));

    // When: eight arrive together
    List<String> ids =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(
                i ->
                    Tenant.as(token)
                        .get("/organization")
                        .then()
                        .statusCode(200)
                        .body("organization.orgKey", equalTo(orgKey))
                        .body("organization.limits.maxRowsPerFile", equalTo(1_000_000))
                        .extract()
                        .<String>path("organization.id"))
            .toList();

    // Then
    org.assertj.core.api.Assertions.assertThat(ids).hasSize(8).containsOnly(ids.get(0));
  }
}
