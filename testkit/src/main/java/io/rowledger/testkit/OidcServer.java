package io.rowledger.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An OpenID provider as a resource server sees it: discovery, keys and RS256 access tokens, good
 * ones and every kind of bad one.
 */
public final class OidcServer implements AutoCloseable {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final String KEY_ID = "rowledger-testkit";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads;
  private final KeyPair published = newKeyPair();
  private final KeyPair unpublished = newKeyPair();
  private final InstantSource clock;

  private OidcServer(InstantSource clock) {
    this.clock = clock;
    threads = Executors.newCachedThreadPool(OidcServer::daemon);
    try {
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next()), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, discovery()));
    server.createContext("/jwks", exchange -> answer(exchange, keys()));
    server.start();
  }

  /** Starts a provider on a free port. */
  public static OidcServer start() {
    return new OidcServer(InstantSource.system());
  }

  /** The issuer, which is also the value of {@code quarkus.oidc.auth-server-url}. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * A valid access token of ten minutes.
   *
   * @param claims added to {@code iss}, {@code sub}, {@code aud}, {@code iat}, {@code exp} and
   *     {@code jti}, which they may replace
   */
  public String token(Map<String, ?> claims) {
    return sign(payload(issuer(), clock.instant(), claims), published.getPrivate());
  }

  /** A token that was good until an hour ago. */
  public String expiredToken(Map<String, ?> claims) {
    Instant then = clock.instant().minus(Duration.ofHours(1)).minus(LIFETIME);
    return sign(payload(issuer(), then, claims), published.getPrivate());
  }

  /** A token, properly signed, in the name of another issuer. */
  public String tokenOfAnotherIssuer(Map<String, ?> claims) {
    return sign(
        payload("https://elsewhere.example", clock.instant(), claims), published.getPrivate());
  }

  /** A token that names our key but is signed by one that was never published. */
  public String tokenSignedByAnotherKey(Map<String, ?> claims) {
    return sign(payload(issuer(), clock.instant(), claims), unpublished.getPrivate());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private Map<String, Object> discovery() {
    return Map.of(
        "issuer", issuer(),
        "authorization_endpoint", issuer() + "/authorize",
        "token_endpoint", issuer() + "/token",
        "jwks_uri", issuer() + "/jwks",
        "response_types_supported", List.of("code"),
        "subject_types_supported", List.of("public"),
        "id_token_signing_alg_values_supported", List.of("RS256"));
  }

  private Map<String, Object> keys() {
    RSAPublicKey key = (RSAPublicKey) published.getPublic();
    return Map.of(
        "keys",
        List.of(
            Map.of(
                "kty",
                "RSA",
                "use",
                "sig",
                "alg",
                "RS256",
                "kid",
                KEY_ID,
                "n",
                unsigned(key.getModulus()),
                "e",
                unsigned(key.getPublicExponent()))));
  }

  private static Map<String, Object> payload(String issuer, Instant from, Map<String, ?> claims) {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("iss", issuer);
    payload.put("sub", "test-user");
    payload.put("aud", "rowledger");
    payload.put("iat", from.getEpochSecond());
    payload.put("exp", from.plus(LIFETIME).getEpochSecond());
    payload.put("jti", UUID.randomUUID().toString());
    payload.put("typ", "Bearer");
    payload.putAll(claims);
    return payload;
  }

  private static String sign(Map<String, Object> payload, PrivateKey key) {
    String input =
        encode(Map.of("alg", "RS256", "typ", "JWT", "kid", KEY_ID)) + "." + encode(payload);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(Map<String, Object> json) {
    return BASE64.encodeToString(bytes(json));
  }

  private static byte[] bytes(Map<String, Object> json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Claims that are no JSON: " + json.keySet(), e);
    }
  }

  private static void answer(HttpExchange exchange, Map<String, Object> json) throws IOException {
    try (exchange) {
      byte[] body = bytes(json);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String unsigned(BigInteger value) {
    byte[] bytes = value.toByteArray();
    int start = bytes[0] == 0 ? 1 : 0;
    return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "oidc-server");
    thread.setDaemon(true);
    return thread;
  }
}
