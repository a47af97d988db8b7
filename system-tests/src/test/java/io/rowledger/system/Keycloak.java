package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Keycloak server with the realm that {@code deploy} has for it: the distribution that the build
 * unpacks with {@code -Pfull}, started as {@code compose.yaml} starts it.
 */
final class Keycloak implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("rowledger.root")).normalize();

  /** Its first start builds the server anew. */
  private static final Duration START = Duration.ofMinutes(8);

  private static final String ADMIN_PASSWORD = "of-the-admin-" + UUID.randomUUID();
  private static final String CLIENT_SECRET = "of-the-client-" + UUID.randomUUID();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final String url;

  private Keycloak(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it with nothing but the realm, and waits until the realm answers. */
  static Keycloak start(Path log) {
    Path home = home();
    int port = FreePorts.next();
    try {
      Files.createDirectories(log.getParent());
      // What an earlier run has left; the realm would not be imported again.
      deleteTree(home.resolve("data"));
      Path realm = Files.createDirectories(home.resolve("data/import")).resolve("rowledger.json");
      Files.copy(ROOT.resolve("deploy/keycloak/rowledger-realm.json"), realm);
      ProcessBuilder builder =
          new ProcessBuilder(
                  "sh",
                  home.resolve("bin/kc.sh").toString(),
                  "start-dev",
                  "--import-realm",
                  "--http-host=localhost",
                  "--http-port=" + port,
                  "--http-management-port=" + FreePorts.next())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "JAVA_HOME",
                  System.getProperty("java.home"),
                  "JAVA_OPTS_KC_HEAP",
                  "-Xmx512m",
                  // Goes when we go, also when we are killed.
                  "JAVA_OPTS_APPEND",
                  "-javaagent:" + ROOT.resolve("local/target/rowledger-local-guard.jar"),
                  "KC_BOOTSTRAP_ADMIN_USERNAME",
                  "admin",
                  "KC_BOOTSTRAP_ADMIN_PASSWORD",
                  ADMIN_PASSWORD,
                  "ROWLEDGER_CLIENT_SECRET",
                  CLIENT_SECRET));
      Process started = builder.start();
      started.getOutputStream().close();
      Keycloak keycloak = new Keycloak(started, "http://localhost:" + port);
      await("Keycloak answers, see " + log)
          .atMost(START)
          .until(() -> keycloak.hasRealm() || !started.isAlive());
      assertThat(started.isAlive()).as("Keycloak runs, see " + log).isTrue();
      return keycloak;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the distribution that the build has fetched. */
  static String version() {
    return home().getFileName().toString().replace("keycloak-", "");
  }

  /** Where the realm is, which is also the issuer of its tokens. */
  String realm() {
    return url + "/realms/rowledger";
  }

  /** An access token for the client that the realm comes with, which imports for {@code demo}. */
  String tokenOfImporter() {
    return token(
        "rowledger",
        Map.of(
            "grant_type", "client_credentials",
            "client_id", "importer",
            "client_secret", CLIENT_SECRET));
  }

  /** An access token that is not from the realm. */
  String tokenOfAdministrator() {
    return token(
        "master",
        Map.of(
            "grant_type", "password",
            "client_id", "admin-cli",
            "username", "admin",
            "password", ADMIN_PASSWORD));
  }

  /** An access token of a client like the importer, but of another organisation. */
  String tokenOf(String organization) {
    String clients = url + "/admin/realms/rowledger/clients";
    String importer =
        administer(HttpRequest.newBuilder(URI.create(clients + "?clientId=importer")).GET(), 200);
    try {
      JsonNode client = JSON.readTree(importer).get(0);
      String another = "importer-of-" + organization;
      String secret = "of-another-client-" + UUID.randomUUID();
      // Everything else, the mappers of its claims as well, is what operators are given.
      String copy =
          client
              .toString()
              .replace("\"claim.value\":\"demo\"", "\"claim.value\":\"" + organization + "\"");
      assertThat(copy).contains("\"claim.value\":\"" + organization + "\"");
      var made = (ObjectNode) JSON.readTree(copy);
      made.remove(List.of("id", "secret"));
      made.put("clientId", another).put("secret", secret);
      made.path("protocolMappers").forEach(mapper -> ((ObjectNode) mapper).remove("id"));
      administer(
          HttpRequest.newBuilder(URI.create(clients))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(made.toString())),
          201);
      return token(
          "rowledger",
          Map.of(
              "grant_type", "client_credentials",
              "client_id", another,
              "client_secret", secret));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String administer(HttpRequest.Builder request, int status) {
    HttpResponse<String> answer =
        send(request.header("Authorization", "Bearer " + tokenOfAdministrator()).build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer.body();
  }

  private String token(String realm, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(
                field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(url + "/realms/" + realm + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try {
      return JSON.readTree(answer.body()).path("access_token").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean hasRealm() {
    try {
      return send(HttpRequest.newBuilder(URI.create(realm())).GET().build()).statusCode() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path home() {
    @Nullable String unpacked = System.getProperty("rowledger.keycloak");
    assertThat(unpacked).as("only with -Pfull is a Keycloak fetched").isNotNull();
    try (Stream<Path> versions = Files.list(Path.of(unpacked))) {
      return versions
          .filter(path -> Files.exists(path.resolve("bin/kc.sh")))
          .findAny()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> walk = Files.walk(root)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
