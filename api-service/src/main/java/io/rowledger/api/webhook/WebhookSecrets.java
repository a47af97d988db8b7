package io.rowledger.api.webhook;

import io.rowledger.core.crypto.MasterKey;
import io.rowledger.core.crypto.WrongMasterKeyException;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/** Makes signing secrets and keeps them from whoever can read the database. */
@ApplicationScoped
class WebhookSecrets {

  /** Standard Webhooks asks for 24 to 64. */
  private static final int BYTES = 32;

  private static final String PURPOSE = "webhook secret";

  private final MasterKey masterKey;
  private final SecureRandom random = new SecureRandom();

  WebhookSecrets(MasterKey masterKey) {
    this.masterKey = masterKey;
  }

  /**
   * A new secret.
   *
   * @param shown for its owner, once
   * @param sealed for the database
   */
  record Made(String shown, SealedSecret sealed, String masterKeyId) {}

  Made make(UUID webhook) {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    return new Made(
        "whsec_" + Base64.getEncoder().encodeToString(secret),
        new SealedSecret(masterKey.seal(PURPOSE, webhook, secret)),
        masterKey.id());
  }

  /**
   * Opens a sealed secret.
   *
   * @throws WrongMasterKeyException when another master key sealed it
   */
  byte[] open(UUID webhook, SealedSecret sealed) {
    return masterKey.open(PURPOSE, webhook, sealed.bytes());
  }
}
