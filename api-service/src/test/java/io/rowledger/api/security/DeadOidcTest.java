package io.rowledger.api.security;

import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.testkit.FreePorts;
import io.rowledger.testkit.RowledgerStack;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The OpenID provider is down when the service starts, and stays so. */
@QuarkusTest
@QuarkusTestResource(value = DeadOidcTest.Stack.class, restrictToAnnotatedClass = true)
class DeadOidcTest {

  public static final class Stack implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      Map<String, String> settings = new java.util.HashMap<>(new RowledgerStack().start());
      settings.put("quarkus.oidc.auth-server-url", "http://127.0.0.1:" + FreePorts.next());
      return settings;
    }

    @Override
    public void stop() {}
  }

  @Test
  void keysWorkAndTokensAre503() {
    Tenant tenant = Tenant.create();
    String token =
        RowledgerStack.oidc()
            .token(
                Map.of("org_id", tenant.orgKey(), "permissions", List.of("organization:manage")));

    Tenant.as(tenant.fullKey()).get("/organization").then().statusCode(200);
    Tenant.as(token)
        .get("/organization")
        .then()
        .statusCode(503)
        .header("Retry-After", equalTo("5"))
        .body("error.code", equalTo("SERVICE_UNAVAILABLE"));
  }
}
