package io.rowledger.core.crypto;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

@Dependent
class MasterKeyProducer {

  @Produces
  @Singleton
  MasterKey masterKey(CryptoConfig config) {
    return MasterKey.parse(config.masterKeyId(), config.masterKey());
  }
}
