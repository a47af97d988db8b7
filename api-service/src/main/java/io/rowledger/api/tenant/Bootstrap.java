package io.rowledger.api.tenant;

import io.quarkus.runtime.StartupEvent;
import io.rowledger.api.security.ApiKeySecret;
import io.rowledger.api.security.Permission;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Makes the configured organisation and its key at start; refuses settings that cannot work. */
@Singleton
class Bootstrap {

  private static final String KEY_NAME = "bootstrap";

  private final BootstrapConfig config;
  private final Organizations organizations;
  private final ApiKeys keys;

  Bootstrap(BootstrapConfig config, Organizations organizations, ApiKeys keys) {
    this.config = config;
    this.organizations = organizations;
    this.keys = keys;
  }

  void onStart(@Observes StartupEvent started) {
    List<String> wrong = wrongSettings(config);
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(String.join("; ", wrong));
    }
    if (config.organization().isPresent()) {
      make(config.organization().get(), config.apiKey().orElseThrow());
    }
  }

  /** Everything that is wrong at once, without repeating a secret. */
  static List<String> wrongSettings(BootstrapConfig config) {
    List<String> wrong = new ArrayList<>();
    String form = " must have the form rl_<environment>_<43 or more of A-Z a-z 0-9 _ ->";
    if (config.adminKey().filter(key -> !ApiKeySecret.hasForm(key)).isPresent()) {
      wrong.add("rowledger.bootstrap.admin-key" + form);
    }
    if (config.apiKey().filter(key -> !ApiKeySecret.hasForm(key)).isPresent()) {
      wrong.add("rowledger.bootstrap.api-key" + form);
    }
    if (config.organization().isPresent() != config.apiKey().isPresent()) {
      wrong.add("rowledger.bootstrap.organization and .api-key are needed together");
    }
    if (config.adminKey().isPresent() && config.adminKey().equals(config.apiKey())) {
      wrong.add("rowledger.bootstrap.admin-key and .api-key must differ");
    }
    return wrong;
  }

  private void make(String orgKey, String secret) {
    OrgId organization = organizations.provision(orgKey);
    ApiKey key = new ApiKey();
    key.id = UuidV7.next();
    key.organizationId = organization.value();
    key.name = KEY_NAME;
    key.keyHash = ApiKeySecret.hash(secret);
    key.permissions = Permission.OF_TENANTS;
    if (!keys.addOnce(key).equals(organization)) {
      throw new IllegalStateException(
          "rowledger.bootstrap.api-key belongs to another organisation already");
    }
  }
}
