package io.rowledger.api.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The header {@code webhook-signature} of Standard Webhooks 1.0. */
final class WebhookSignature {

  private WebhookSignature() {}

  /**
   * Signs with every secret, so that a receiver who still has the old one believes it too.
   *
   * @param id of the event, as in {@code webhook-id}
   * @param timestamp seconds since 1970, as in {@code webhook-timestamp}
   */
  static String header(List<byte[]> secrets, String id, long timestamp, byte[] body) {
    return secrets.stream()
        .map(secret -> "v1," + signature(secret, id, timestamp, body))
        .collect(Collectors.joining(" "));
  }

  private static String signature(byte[] secret, String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
    }
  }
}
