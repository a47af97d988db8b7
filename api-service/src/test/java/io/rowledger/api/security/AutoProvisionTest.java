package io.rowledger.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.rowledger.testkit.RowledgerStack;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
  void theFirstTokensOfANewOrganisationCreateItOnce() throws Exception {
    // Given
    String orgKey = "new-" + UUID.randomUUID();
    String token =
        RowledgerStack.oidc()
            .token(Map.of("org_id", orgKey, "permissions", List.of("organization:manage")));

    // When: eight arrive together, not on the common pool: Groovy's class initialisers wait for it,
    // and would wait for ever when it waits for them.
    ExecutorService clients = Executors.newFixedThreadPool(8);
    List<Future<String>> answers;
    try {
      answers = clients.invokeAll(Collections.nCopies(8, () -> organizationOf(token, orgKey)));
    } finally {
      clients.shutdownNow();
    }
    List<String> ids = new ArrayList<>();
    for (Future<String> answer : answers) {
      ids.add(answer.get());
    }

    // Then
    assertThat(ids).hasSize(8).containsOnly(ids.get(0));
  }

  private static String organizationOf(String token, String orgKey) {
    return Tenant.as(token)
        .get("/organization")
        .then()
        .statusCode(200)
        .body("organization.orgKey", equalTo(orgKey))
        .body("organization.limits.maxRowsPerFile", equalTo(1_000_000))
        .extract()
        .path("organization.id");
  }
}
