package io.rowledger.core.crypto;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The master key that wraps the data key of every upload. Both services need the same. */
@ConfigMapping(prefix = "rowledger.crypto")
public interface CryptoConfig {

  /** Base64 of 32 random bytes, for example from {@code openssl rand -base64 32}. A secret. */
  String masterKey();

  /** Names the master key in the database, so that keys can be rotated. */
  @WithDefault("1")
  String masterKeyId();
}
