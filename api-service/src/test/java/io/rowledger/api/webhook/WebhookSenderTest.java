package io.rowledger.api.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookSenderTest {

  private static final Vertx VERTX = Vertx.vertx();
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final WebhookSender sender = new WebhookSender(VERTX, TestWebhooksConfig.open());
  private final Receiver receiver = new Receiver();

  @AfterEach
  void closeReceiver() {
    receiver.close();
  }

  @AfterAll
  static void closeVertx() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Nothing looks the name up again: it could mean something else by now. */
  @Test
  void theConnectionGoesToTheAddressThatWasChecked() {
    Attempt attempt = post("http://nobody.invalid:" + receiver.port() + "/a?b=c");

    assertThat(attempt.delivered()).isTrue();
    assertThat(attempt.status()).isEqualTo(204);
    Receiver.Received request = receiver.received.get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.target()).isEqualTo("/a?b=c");
    assertThat(request.header("host")).isEqualTo("nobody.invalid:" + receiver.port());
    assertThat(request.header("x-test")).isEqualTo("1");
    assertThat(request.body()).isEqualTo("hello");
  }

  @Test
  void aRedirectIsAFailureAndIsNotFollowed() {
    try (Receiver inside = new Receiver()) {
      receiver.then(Receiver.redirect(inside.url()));

      Attempt attempt = post(receiver.url());

      assertThat(attempt.error()).isEqualTo(DeliveryError.REDIRECT);
      assertThat(attempt.status()).isEqualTo(303);
      assertThat(inside.received).isEmpty();
    }
  }

  @Test
  void anEndpointThatNeverAnswersIsATimeOut() {
    CountDownLatch never = new CountDownLatch(1);
    receiver.always(exchange -> await(never));

    assertThat(post(receiver.url()).error()).isEqualTo(DeliveryError.TIMEOUT);
  }

  @Test
  void anAnswerCountsThoughItsBodyNeverEnds() {
    CountDownLatch never = new CountDownLatch(1);
    receiver.always(
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          await(never);
        });

    Attempt attempt = post(receiver.url());

    assertThat(attempt.delivered()).isTrue();
    assertThat(attempt.status()).isEqualTo(200);
  }

  @Test
  void aHugeAnswerIsCutOff() {
    CountDownLatch cutOff = new CountDownLatch(1);
    receiver.always(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] part = "x".repeat(100_000).getBytes(UTF_8);
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(part);
            }
          } catch (IOException closed) {
            cutOff.countDown();
          }
        });

    assertThat(post(receiver.url()).status()).isEqualTo(200);
    await(cutOff);
  }

  @Test
  void noConnectionAndABrokenOneAreSaidSo() throws IOException {
    receiver.then(Receiver.hangUp());
    assertThat(post(receiver.url()).error()).isEqualTo(DeliveryError.CONNECTION);

    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      closed = socket.getLocalPort();
    }
    assertThat(post("http://127.0.0.1:" + closed + "/").error())
        .isEqualTo(DeliveryError.CONNECTION);
  }

  /** Connecting to an address must not make the certificate count for less. */
  @Test
  void theCertificateMustBeTrustedAndForTheNameOfTheUrl(@TempDir Path directory) throws Exception {
    // Given
    PfxOptions certificate = certificateFor("hook.test", directory.resolve("server.p12"));
    HttpServer server =
        VERTX
            .createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate))
            .requestHandler(request -> request.response().end(request.authority().toString()))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    WebhookSender trusting =
        new WebhookSender(
            VERTX, TestWebhooksConfig.open(), new HttpClientOptions().setTrustOptions(certificate));

    // When, Then
    assertThat(post(trusting, "https://hook.test:" + server.actualPort() + "/").status())
        .isEqualTo(200);
    assertThat(post(trusting, "https://other.test:" + server.actualPort() + "/").error())
        .isEqualTo(DeliveryError.TLS);
    assertThat(post("https://hook.test:" + server.actualPort() + "/").error())
        .isEqualTo(DeliveryError.TLS);
  }

  private static PfxOptions certificateFor(String host, Path file) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    "a",
                    "-dname",
                    "CN=test",
                    "-ext",
                    "SAN=dns:" + host,
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    "changeit",
                    "-keystore",
                    file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(made.waitFor()).isZero();
    return new PfxOptions().setPath(file.toString()).setPassword("changeit");
  }

  private Attempt post(String url) {
    return post(sender, url);
  }

  private static Attempt post(WebhookSender sender, String url) {
    return sender.post(
        new Targets.Resolved(TargetUrl.parse(url, true), LOOPBACK),
        Map.of("x-test", "1"),
        "hello".getBytes(UTF_8));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
