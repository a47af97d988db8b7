package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tokens of a real Keycloak, with the realm and the settings that {@code deploy} proposes. */
@Tag("full")
class KeycloakIT {
  private static final int ROWS = 3_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void callersWithItsTokensImportAndSeeWhatIsTheirs() {
    try (Keycloak keycloak =
            Keycloak.start(Path.of(System.getProperty("rowledger.work"), "keycloak.log"));
        Stack stack = Stack.start("with-keycloak", "--api-java-opts", settings(keycloak))) {
      // Given
      Api demo = new Api(stack.url(), keycloak.tokenOfImporter());
      Api other = new Api(stack.url(), keycloak.tokenOf("somebody-else"));
      Api stranger = new Api(stack.url(), keycloak.tokenOfAdministrator());

      // When
      String jobId =
          demo.accepted(
              Api.TRANSACTIONS, Generated.transactions("keycloak", ROWS), Aftermath.EVERY_ROW);

      // Then
      try (Poller poller = new Poller(demo, jobId)) {
        JsonNode job = poller.toEnd(PATIENCE);
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
        assertThat(job.path("succeeded").asInt()).isEqualTo(ROWS);
      }
      stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
      Api.Answer read = demo.get("/transactions/external/keycloak-" + ROWS);
      assertThat(read.status()).as(read.body().toString()).isEqualTo(200);
      assertThat(read.body().toString()).contains("Invoice " + ROWS);

      // And nobody else sees any of it
      for (String path :
          new String[] {
            "/batch-import/jobs/" + jobId,
            "/batch-import/transaction-jobs/" + jobId + "/failures",
            "/transactions/external/keycloak-1"
          }) {
        assertThat(other.get(path).status()).as(path).isEqualTo(404);
        assertThat(stranger.get(path).status()).as(path).isEqualTo(401);
      }
      assertThat(other.get("/batch-import/history").status()).isEqualTo(200);
    }
  }

  @Test
  void composeHasTheVersionThatIsTested() throws IOException {
    assertThat(Path.of(System.getProperty("rowledger.root"), "deploy/compose.yaml"))
        .content()
        .contains("image: quay.io/keycloak/keycloak:" + Keycloak.version() + "\n");
  }

  /** As in {@code compose.yaml}. */
  private static String settings(Keycloak keycloak) {
    return "-Dquarkus.oidc.tenant-enabled=true"
        + " -Dquarkus.oidc.auth-server-url="
        + keycloak.realm()
        + " -Dquarkus.oidc.token.audience=rowledger"
        + " -Drowledger.security.token.auto-provision=true";
  }
}
