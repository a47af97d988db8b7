package io.rowledger.api.tenant;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/**
 * Who may come in first. Keys have the form of every API key, {@code rl_<environment>_<43 or more
 * random characters of A-Z a-z 0-9 _ ->}. Secrets.
 */
@ConfigMapping(prefix = "rowledger.bootstrap")
public interface BootstrapConfig {

  /**
   * The operator's key: {@code platform:admin} and nothing else. Lives in the configuration only,
   * so that changing it there ends the old one.
   */
  Optional<String> adminKey();

  /** Key of an organisation that is created at start unless it exists. Needs {@code api-key}. */
  Optional<String> organization();

  /**
   * An API key of that organisation, stored at start, with every permission a tenant can have. It
   * stays when the setting is removed; delete it with {@code DELETE /api-keys/{id}}.
   */
  Optional<String> apiKey();
}
