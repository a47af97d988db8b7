package io.rowledger.benchmark;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One kept-alive connection, HTTP/1.1 on a plain socket, one request after the other: client and
 * service share the processors, so the client must cost nothing worth measuring. Not thread-safe.
 */
final class HttpConnection implements AutoCloseable {

  record Answer(int status, String body) {}

  private final SocketChannel channel;
  private final InputStream in;
  private final String authority;
  private final String apiKey;

  HttpConnection(URI service, String apiKey) throws IOException {
    this.channel = SocketChannel.open(new InetSocketAddress(service.getHost(), service.getPort()));
    this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    this.authority = service.getAuthority();
    this.apiKey = apiKey;
  }

  /** The bytes of a request without a body. */
  static byte[] get(URI service, String apiKey, String path, String... headers) {
    return head("GET", service.getAuthority(), apiKey, path, headers);
  }

  Answer get(String path, String... headers) throws IOException {
    write(head("GET", authority, apiKey, path, headers));
    return answer();
  }

  Answer post(String path, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    write(
        head(
            "POST",
            authority,
            apiKey,
            path,
            "Content-Type: application/json",
            "Content-Length: " + body.length));
    write(body);
    return answer();
  }

  /** A body of three parts, of which the middle one goes from file to socket by itself. */
  Answer post(String path, String contentType, byte[] before, Path file, byte[] after)
      throws IOException {
    try (FileChannel content = FileChannel.open(file)) {
      long size = content.size();
      write(
          head(
              "POST",
              authority,
              apiKey,
              path,
              "Content-Type: " + contentType,
              "Content-Length: " + (before.length + size + after.length)));
      write(before);
      for (long sent = 0; sent < size; ) {
        sent += content.transferTo(sent, Math.min(size - sent, 1 << 18), channel);
      }
      write(after);
    }
    return answer();
  }

  private static byte[] head(
      String method, String authority, String apiKey, String path, String... headers) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(authority);
    head.append("\r\nAuthorization: Bearer ").append(apiKey).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private Answer answer() throws IOException {
    int status = Integer.parseInt(line().substring(9, 12));
    int length = 0;
    boolean chunked = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = true;
      }
    }
    byte[] body = chunked ? chunks() : in.readNBytes(length);
    return new Answer(status, new String(body, StandardCharsets.UTF_8));
  }

  /** Long bodies, such as a page of the history, come in pieces. */
  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size;
    do {
      size = Integer.parseInt(line(), 16);
      body.writeBytes(in.readNBytes(size));
      line();
    } while (size > 0);
    return body.toByteArray();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the service closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
