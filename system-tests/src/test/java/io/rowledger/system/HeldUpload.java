package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** An upload of which one half is with the service, and the other still with the client. */
final class HeldUpload implements AutoCloseable {
  /** Its first half does not fit into what the system keeps between the two. */
  static final int ROWS = 200_000;

  private static final String BOUNDARY = "rowledger-held";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Stack.Tenant tenant;
  private final InetSocketAddress address;
  private final Socket socket;
  private final byte[] rest;

  private HeldUpload(Stack.Tenant tenant, InetSocketAddress address, Socket socket, byte[] rest) {
    this.tenant = tenant;
    this.address = address;
    this.socket = socket;
    this.rest = rest;
  }

  /** Returns when the service has begun to read it. */
  static HeldUpload begin(Stack stack, Stack.Tenant tenant, String prefix) throws IOException {
    URI url = URI.create(stack.url());
    byte[] body =
        """
        --%1$s\r
        Content-Disposition: form-data; name="file"; filename="rows.csv"\r
        \r
        %2$s\r
        --%1$s--\r
        """
            .formatted(BOUNDARY, Generated.transactions(prefix, ROWS))
            .getBytes(StandardCharsets.UTF_8);
    String head =
        """
        POST %s HTTP/1.1\r
        Host: %s\r
        Authorization: Bearer %s\r
        Content-Type: multipart/form-data; boundary=%s\r
        Content-Length: %d\r
        \r
        """
            .formatted(
                Api.TRANSACTIONS, url.getAuthority(), tenant.api().key(), BOUNDARY, body.length);
    InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
    Socket socket = new Socket();
    socket.setSendBufferSize(64 * 1024);
    socket.connect(address);
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    int half = body.length / 2;
    // Returns only because the service reads.
    socket.getOutputStream().write(body, 0, half);
    return new HeldUpload(tenant, address, socket, Arrays.copyOfRange(body, half, body.length));
  }

  Stack.Tenant tenant() {
    return tenant;
  }

  /** Whether the service takes no new connections, while this one is still open. */
  boolean aNewOneIsRefused() {
    try (Socket another = new Socket()) {
      another.connect(address);
      return false;
    } catch (IOException refused) {
      return true;
    }
  }

  /** Sends the other half; expects 202 and returns the job's id. */
  String finish() throws IOException {
    socket.getOutputStream().write(rest);
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(answer).startsWith("HTTP/1.1 202");
    int body = answer.indexOf("\r\n\r\n");
    return new ObjectMapper().readTree(answer.substring(body)).path("jobId").asText();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
