package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that speak badly, or so slowly that they are never idle. Sockets against the packaged
 * service: what guards a connection is not there in a test that shares the service's JVM.
 */
class HostileClientIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UPLOAD = "POST " + Api.TRANSACTIONS + " HTTP/1.1";
  private static final ScheduledExecutorService DRIP = Executors.newScheduledThreadPool(2);

  private final Stack stack = Stacks.oneWorker();

  @AfterAll
  static void stop() {
    DRIP.shutdownNow();
  }

  /** What is sent, and the status of the refusal. */
  record Broken(String what, String bytes, int status) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Broken> broken() {
    String get = "GET /batch-import/history HTTP/1.1\r\nHost: x\r\n";
    return List.of(
        new Broken("a long URI", "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n", 414),
        new Broken("a long query", "GET /a?" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n", 414),
        new Broken("a large header", get + "X: " + "x".repeat(70_000) + "\r\n\r\n", 431),
        new Broken("many headers", get + "X: y\r\n".repeat(10_000) + "\r\n", 431),
        new Broken("no HTTP", "\u0016\u0003\u0001 hello\r\n\r\n", 400),
        new Broken("no version", "GET /batch-import/history\r\n\r\n", 400),
        new Broken("a control character in a header", get + "X: a\u0000b\r\n\r\n", 400),
        new Broken("two lengths", get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        new Broken("a length that is none", get + "Content-Length: x\r\n\r\n", 400),
        new Broken("a negative length", get + "Content-Length: -1\r\n\r\n", 400));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void whatIsNoRequestIsAProblem(Broken broken) throws IOException {
    assertProblem(exchange(broken.bytes()), broken.status());
  }

  @Test
  void aBrokenChunkIsAProblem() throws IOException {
    String key = stack.newTenant().api().key();

    String answer =
        exchange(head(UPLOAD, key, "Transfer-Encoding: chunked") + "no length\r\nx\r\n");

    assertProblem(answer, 400);
  }

  @Test
  void aHeadThatDripsIsCut() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "GET /batch-import/history HTTP/1.1\r\nX: ");
      drip(socket);

      assertProblem(read(socket), 408);
    }
  }

  @Test
  void aBodyThatDripsIsCut() throws Exception {
    String key = stack.newTenant().api().key();
    try (Socket form = connect();
        Socket json = connect()) {
      send(
          form,
          head(UPLOAD, key, "Content-Length: 1000000")
              + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n");
      drip(form);
      send(
          json,
          head("POST /transactions/batch HTTP/1.1", key, "Transfer-Encoding: chunked")
              .replace("multipart/form-data; boundary=b", "application/json"));
      drip(json, "1\r\n[\r\n");

      assertProblem(read(form), 408);
      assertProblem(read(json), 408);
    }
  }

  @Test
  void whoSendsOnAfterARefusalIsCut() throws Exception {
    try (Socket socket = connect()) {
      send(socket, head(UPLOAD, "nobody's", "Content-Length: 1000000"));
      drip(socket);

      assertThat(read(socket)).startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void whoDoesNotReadALongAnswerIsCut() throws Exception {
    // Given an answer that no buffer of the system can hold
    Stack.Tenant tenant = stack.newTenant();
    String jobId =
        tenant.api().accepted(Api.TRANSACTIONS, Generated.transactions("long", 150_000), Map.of());
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      poller.toEnd(Duration.ofMinutes(1));
    }
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.setSoTimeout(20_000);
      socket.connect(address());

      // When it is asked for and not read, for longer than the service waits
      send(
          socket,
          head(
              "GET /batch-import/transaction-jobs/%s/failures.csv?format=full HTTP/1.1"
                  .formatted(jobId),
              tenant.api().key(),
              "Accept: text/csv"));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      // There is no event to wait for: the service must lose its patience, not we.
      TimeUnit.SECONDS.sleep(6);

      // Then it was cut in the middle
      assertThat(read(socket)).doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void aConnectionIsUsedAgainAfterAnAnswer() throws Exception {
    try (Socket socket = connect()) {
      String get = "GET /no/such/route HTTP/1.1\r\nHost: x\r\n\r\n";
      send(socket, get);
      assertThat(readOne(socket)).startsWith("HTTP/1.1 404");
      send(socket, get + get);
      assertThat(readOne(socket)).startsWith("HTTP/1.1 404");
      assertThat(readOne(socket)).startsWith("HTTP/1.1 404");
    }
  }

  private static void assertProblem(String answer, int status) throws IOException {
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    int body = answer.indexOf("\r\n\r\n");
    assertThat(answer.substring(0, body).toLowerCase(Locale.ROOT))
        .contains("content-type: application/problem+json")
        .contains("x-content-type-options: nosniff")
        .contains("cache-control: no-store")
        .contains("connection: close");
    JsonNode problem = JSON.readTree(answer.substring(body));
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("error").path("code").asText()).isEqualTo("VALIDATION_ERROR");
    assertThat(problem.path("requestId").asText()).isNotBlank();
  }

  private static String head(String line, String key, String more) {
    return String.join(
        "\r\n",
        line,
        "Host: x",
        "Authorization: Bearer " + key,
        "Content-Type: multipart/form-data; boundary=b",
        more,
        "",
        "");
  }

  private InetSocketAddress address() {
    URI url = URI.create(stack.url());
    return new InetSocketAddress(url.getHost(), url.getPort());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(20_000);
    socket.connect(address());
    return socket;
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return read(socket);
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static void drip(Socket socket) {
    drip(socket, "x");
  }

  /** A few bytes twice a second until the other side has had enough. */
  private static void drip(Socket socket, String bytes) {
    var unused =
        DRIP.scheduleWithFixedDelay(
            () -> {
              try {
                send(socket, bytes);
              } catch (IOException e) {
                // Ends the repetition.
                throw new UncheckedIOException(e);
              }
            },
            0,
            500,
            TimeUnit.MILLISECONDS);
  }

  /** Everything until the service closes the connection; a time-out fails the test. */
  private static String read(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[64 * 1024];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
      }
    } catch (SocketException reset) {
      // Closed while we were still sending; what came before counts.
    }
    return answer.toString();
  }

  /** One answer of a connection that stays open; its body ends with a brace. */
  private static String readOne(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    int next = 0;
    while (next >= 0 && (answer.indexOf("requestId") < 0 || next != '}')) {
      next = socket.getInputStream().read();
      answer.append((char) next);
    }
    return answer.toString();
  }
}
