package io.rowledger.api.intake;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads at the door, spoken by hand: clients of a library do not misbehave like this. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class AdmissionTest {

  private static final String FORM =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";

  @TestHTTPResource URI server;
  @Inject Spool spool;
  @Inject IntakeConfig config;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/batch-import/import/transactions",
        "/batch-import/import/entities",
        "/batch-import/validate-csv",
        "/batch-import/mappings/suggest"
      })
  void aFormThatAnnouncesTooMuchIsRefusedBeforeItComes(String route) throws IOException {
    String key = limited(1_000);

    String answer = exchange(head(route, key, "Content-Length: 1000000000"));

    assertThat(answer).startsWith("HTTP/1.1 413").contains("\"FILE_TOO_LARGE\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/batch-import/import/transactions", "/batch-import/validate-csv"})
  void aFormWithoutALengthIsCutAtTheOrganisationsLimit(String route) throws IOException {
    String key = limited(1_000);

    // 16 MiB more than the limit are allowed for fields; what is sent has no end at all.
    String answer =
        exchange(head(route, key, "Transfer-Encoding: chunked"), chunk(FORM), endless());

    assertThat(answer).startsWith("HTTP/1.1 413").contains("\"FILE_TOO_LARGE\"");
    await("the spooled part is gone").until(this::nothingIsSpooled);
  }

  @Test
  void aPartWhoseHeaderNeverEndsIsRefused() throws IOException {
    String key = Tenant.create().fullKey();

    String answer =
        exchange(
            head("/batch-import/import/transactions", key, "Transfer-Encoding: chunked"),
            chunk("--b\r\nX: "),
            endless());

    assertThat(answer).startsWith("HTTP/1.1 400").contains("headers of more than 16384 bytes");
  }

  @Test
  void aFormWithTooManyFieldsIsRefused() throws IOException {
    String key = Tenant.create().fullKey();
    String field = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n";

    String answer =
        exchange(
            head("/batch-import/import/transactions", key, "Transfer-Encoding: chunked"),
            chunk(field.repeat(config.maxParts() + 1) + "--b--\r\n"),
            "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    assertThat(answer).startsWith("HTTP/1.1 400").contains("The form may have 64 parts.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--b\r\nno colon\r\n\r\n",
        "--b\r\n: no name\r\n\r\n",
        "--b\r\nContent-Disposition form-data\r\n",
        "--b\r\nA: b\nC: d\r\n\r\n"
      })
  void aPartWithoutAProperHeaderIs400(String form) throws IOException {
    String key = Tenant.create().fullKey();

    String answer =
        exchange(
            head("/batch-import/import/transactions", key, "Transfer-Encoding: chunked"),
            chunk(form + "x\r\n--b--\r\n"),
            "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    assertThat(answer).startsWith("HTTP/1.1 400").contains("\"VALIDATION_ERROR\"");
  }

  @Test
  void oneUploadTooManyAtOnceIs429AndOthersAreLetIn() throws IOException {
    String key = Tenant.create().fullKey();
    String head = head("/batch-import/import/transactions", key, "Transfer-Encoding: chunked");
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < config.perOrganization(); i++) {
        Socket socket = connect();
        open.add(socket);
        send(socket, head.getBytes(StandardCharsets.US_ASCII), chunk(FORM + "a,b\n"));
      }
      await("all of them are being spooled").until(() -> spooled() == config.perOrganization());

      // When
      String answer = exchange(head);

      // Then
      assertThat(answer)
          .startsWith("HTTP/1.1 429")
          .containsIgnoringCase("Retry-After: 2")
          .contains("\"TOO_MANY_UPLOADS\"");
      String others =
          exchange(
              head(
                  "/batch-import/import/transactions",
                  Tenant.create().fullKey(),
                  "Content-Length: 0"));
      assertThat(others).startsWith("HTTP/1.1 400");
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    await("what the clients left is gone").until(this::nothingIsSpooled);
    await("their places are free")
        .until(
            () ->
                exchange(head("/batch-import/import/transactions", key, "Content-Length: 0"))
                    .startsWith("HTTP/1.1 400"));
  }

  @Test
  void withoutRoomOnTheDiskAnUploadIs503BeforeItComes() throws IOException {
    String key = Tenant.create().fullKey();
    spool.reserve(config.spoolMaxBytes() - 1_000_000);
    try {
      String answer =
          exchange(head("/batch-import/import/transactions", key, "Content-Length: 2000000"));

      assertThat(answer)
          .startsWith("HTTP/1.1 503")
          .containsIgnoringCase("Retry-After: 5")
          .contains("\"SERVICE_UNAVAILABLE\"");
    } finally {
      spool.release(config.spoolMaxBytes() - 1_000_000);
    }
  }

  @Test
  void theSpoolIsPrivate() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool.directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void jsonThatNestsTooDeepIs400() {
    String deep = "[".repeat(5_000);
    for (String route : List.of("/transactions/batch", "/batch-import/mappings")) {
      given()
          .header("Authorization", "Bearer " + Tenant.create().fullKey())
          .contentType("application/json")
          .body("{\"transactions\":" + deep)
          .post(route)
          .then()
          .statusCode(400);
    }
  }

  private boolean nothingIsSpooled() throws IOException {
    return spooled() == 0;
  }

  private int spooled() throws IOException {
    try (Stream<Path> files = Files.list(spool.directory())) {
      return (int) files.count();
    }
  }

  private static String limited(long bytes) {
    Tenant tenant = Tenant.create();
    given()
        .header("Authorization", "Bearer " + Tenant.ADMIN_KEY)
        .contentType("application/json")
        .body("{\"limits\":{\"maxBytes\":" + bytes + "}}")
        .patch("/admin/organizations/" + tenant.id())
        .then()
        .statusCode(200);
    return tenant.fullKey();
  }

  private static String head(String route, String key, String length) {
    return String.join(
        "\r\n",
        "POST " + route + " HTTP/1.1",
        "Host: x",
        "Authorization: Bearer " + key,
        "Content-Type: multipart/form-data; boundary=b",
        length,
        "",
        "");
  }

  private static byte[] chunk(String content) {
    return "%x\r\n%s\r\n".formatted(content.length(), content).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] endless() {
    return chunk("x".repeat(1 << 16));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, byte[]... bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    for (byte[] some : bytes) {
      out.write(some);
    }
    out.flush();
  }

  /** Sends these, the last of them again and again, until an answer is there; returns it. */
  private String exchange(String head, byte[]... body) throws IOException {
    try (Socket socket = connect()) {
      send(socket, head.getBytes(StandardCharsets.US_ASCII));
      boolean endless = body.length > 0 && body[body.length - 1].length > 1 << 16;
      try {
        send(socket, body);
        for (int i = 0; endless && i < 1_000 && socket.getInputStream().available() == 0; i++) {
          send(socket, body[body.length - 1]);
        }
      } catch (IOException closed) {
        // The answer may be there all the same.
      }
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      int read = in.read(buffer);
      while (read >= 0 && answer.indexOf("\"requestId\"") < 0) {
        answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        read = answer.indexOf("\"requestId\"") < 0 ? in.read(buffer) : -1;
      }
      return answer.toString();
    }
  }
}
