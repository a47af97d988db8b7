package io.rowledger.api.security;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.testkit.RowledgerStack;
import java.util.HashMap;
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
      Map<String, String> settings = new HashMap<>(new RowledgerStack().start());
      // An empty setting is one that is not there.
      settings.put("quarkus.oidc.auth-server-url", "");
      return settings;
    }

    /** After the stack that the other tests bring. */
    @Override
    public int order() {
      return 1;
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
