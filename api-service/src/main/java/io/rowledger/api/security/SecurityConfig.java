package io.rowledger.api.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Callers: API keys and access tokens. The OIDC server itself is under {@code quarkus.oidc}. */
@ConfigMapping(prefix = "rowledger.security")
public interface SecurityConfig {

  /**
   * Second part of new API keys, {@code rl_<environment>_…}, so that a key found in a log says
   * which system it opens. Lower-case letters, digits and {@code -}, up to 20.
   */
  @WithDefault("live")
  String environment();

  /**
   * How long a looked-up key or organisation is believed. A key that is deleted stops working at
   * once in the process that deleted it, and within this time in every other.
   */
  @WithDefault("5s")
  Duration cacheFor();

  /** Claims of access tokens. */
  Token token();

  /** Where an access token says whose it is and what it may. */
  interface Token {

    /** Claim with the organisation's key. */
    @WithDefault("org_id")
    String organizationClaim();

    /** Claim with an array of permissions. */
    @WithDefault("permissions")
    String permissionsClaim();

    /** Claim with permissions separated by blanks, read when the array is not there. */
    @WithDefault("scope")
    String scopeClaim();

    /**
     * Whether an organisation that is not known yet is created, with the default limits, when its
     * first valid token arrives. Only for an OIDC server that decides itself who is a customer.
     */
    @WithDefault("false")
    boolean autoProvision();
  }
}
