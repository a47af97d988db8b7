package io.rowledger.api.security;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** Asks for the identity behind an API key, of which only the hash travels on. */
final class ApiKeyRequest extends BaseAuthenticationRequest {

  private final byte[] hash;

  ApiKeyRequest(byte[] hash) {
    this.hash = hash.clone();
  }

  byte[] hash() {
    return hash.clone();
  }
}
