package io.rowledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OidcServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Object> CLAIMS =
      Map.of("org_id", "acme", "permissions", List.of("transactions:create"));

  private static OidcServer server;

  @BeforeAll
  static void start() {
    server = OidcServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void signsTokensThatItsPublishedKeyVerifies() throws Exception {
    String token = server.token(CLAIMS);

    assertThat(isSignedByPublishedKey(token)).isTrue();
    assertThat(claims(token).get("iss").textValue()).isEqualTo(server.issuer());
    assertThat(claims(token).get("org_id").textValue()).isEqualTo("acme");
    assertThat(expiry(token)).isAfter(now());
  }

  @Test
  void makesExpiredTokens() throws Exception {
    String token = server.expiredToken(CLAIMS);

    assertThat(isSignedByPublishedKey(token)).isTrue();
    assertThat(expiry(token)).isBefore(now());
  }

  @Test
  void makesTokensOfAnotherIssuer() throws Exception {
    String token = server.tokenOfAnotherIssuer(CLAIMS);

    assertThat(isSignedByPublishedKey(token)).isTrue();
    assertThat(claims(token).get("iss").textValue()).isNotEqualTo(server.issuer());
  }

  @Test
  void makesTokensSignedByAnotherKey() throws Exception {
    assertThat(isSignedByPublishedKey(server.tokenSignedByAnotherKey(CLAIMS))).isFalse();
  }

  private static boolean isSignedByPublishedKey(String token) throws Exception {
    JsonNode discovery = get(server.issuer() + "/.well-known/openid-configuration");
    JsonNode key = get(discovery.get("jwks_uri").textValue()).get("keys").get(0);
    PublicKey published =
        KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
    int dot = token.lastIndexOf('.');
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(published);
    signature.update(token.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)));
  }

  private static BigInteger number(JsonNode key, String field) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.get(field).textValue()));
  }

  private static JsonNode claims(String token) throws Exception {
    return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
  }

  private static Instant expiry(String token) throws Exception {
    return Instant.ofEpochSecond(claims(token).get("exp").longValue());
  }

  private static Instant now() {
    return InstantSource.system().instant();
  }

  private static JsonNode get(String url) throws Exception {
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    return JSON.readTree(response.body());
  }
}
