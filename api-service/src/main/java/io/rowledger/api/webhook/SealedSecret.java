package io.rowledger.api.webhook;

import java.util.UUID;

/**
 * A signing secret as the database has it: without the master key it is nothing.
 *
 * @see WebhookSecrets#open(UUID, SealedSecret)
 */
final class SealedSecret {

  private final byte[] bytes;

  SealedSecret(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  byte[] bytes() {
    return bytes.clone();
  }
}
