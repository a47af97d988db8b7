package io.rowledger.api.problem;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Headers of every answer, also of those that no resource gives. What a resource or {@code
 * quarkus.http.header} sets is left as it is.
 */
@ConfigMapping(prefix = "rowledger.security-headers")
public interface SecurityHeaders {

  /**
   * {@code Strict-Transport-Security} of answers over TLS, also when a trusted proxy ends it; empty
   * sends none. {@code includeSubDomains} is the operator's decision.
   */
  @WithDefault("max-age=31536000")
  Optional<String> strictTransportSecurity();

  /** Nothing that this service answers may do or load anything in a browser. */
  String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  /** The page that shows the API has scripts and styles of its own. */
  String OWN_PAGE =
      "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";

  /**
   * The headers of an answer.
   *
   * @param path of the request
   * @param tls whether it came over TLS
   */
  default Map<String, String> of(String path, boolean tls) {
    Map<String, String> headers = new LinkedHashMap<>();
    // What a tenant may read must not stay in a proxy unless a resource said so.
    headers.put("Cache-Control", "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Content-Security-Policy", path.startsWith("/q/swagger-ui") ? OWN_PAGE : NOTHING);
    if (tls) {
      strictTransportSecurity().ifPresent(value -> headers.put("Strict-Transport-Security", value));
    }
    return headers;
  }
}
