package io.rowledger.api.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The address of an endpoint, as far as its text alone can be judged.
 *
 * @param host name or address; one of IPv6 in brackets
 * @param requestTarget path and query, as they go over the wire
 */
record TargetUrl(String host, int port, boolean tls, String requestTarget) {

  private static final int MOST_CHARACTERS = 2000;

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException when nothing may be sent there; the message says why and does
   *     not repeat the text
   */
  static TargetUrl parse(String text, boolean allowHttp) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("must not be longer than " + MOST_CHARACTERS);
    }
    URI uri = uri(text);
    boolean tls = isScheme(uri, "https");
    if (!tls && !(allowHttp && isScheme(uri, "http"))) {
      throw new IllegalArgumentException("must begin with https://");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "must not hold a user or password; requests are signed instead");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("must name a host");
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("must not have a fragment (#), which is never sent");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new IllegalArgumentException("must have a port from 1 to 65535, or none");
    }
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    return new TargetUrl(uri.getHost(), port, tls, requestTarget(uri));
  }

  private static URI uri(String text) {
    try {
      URI uri = new URI(text);
      if (uri.toASCIIString().equals(text)) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The same answer as for letters that a URL does not have.
    }
    throw new IllegalArgumentException("must be a URL in ASCII");
  }

  private static boolean isScheme(URI uri, String scheme) {
    return uri.getScheme() != null && uri.getScheme().toLowerCase(Locale.ROOT).equals(scheme);
  }

  private static String requestTarget(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }
}
