package io.rowledger.api.security;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.testkit.RowledgerStack;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nobody configured an OpenID provider. */
@QuarkusTest
@QuarkusTestResource(value = WithoutOidcTest.Stack.class, restrictToAnnotatedClass = true)
class WithoutOidcTest {

  public static final class Stack implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      Map<String, String> settings = new java.util.HashMap<>(new RowledgerStack().start());
      settings.keySet().removeIf(name -> name.startsWith("quarkus.oidc."));
      return settings;
    }

    @Override
    public void stop() {}
  }

  @Test
  void keysWorkAndTokensAre401() {
    Tenant tenant = Tenant.create();
    String token =
        RowledgerStack.oidc()
            .token(
                Map.of("org_id", tenant.orgKey(), "permissions", List.of("organization:manage")));

    Tenant.as(tenant.fullKey()).get("/organization").then().statusCode(200);
    Tenant.as(token).get("/organization").then().statusCode(401);
  }
}
