package io.rowledger.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Sends some requests, in turn, again and again over kept-alive connections, all of them served by
 * one thread, because it shares the processors with what it loads. The next request of a connection
 * goes out when its answer is in.
 */
final class LoadGenerator {

  /**
   * What came of it.
   *
   * @param perSecond answers a second
   * @param millis from sending, or from when it was due if no connection was free, to the whole
   *     answer
   */
  record Result(double perSecond, Samples millis) {}

  private final URI service;
  private final List<byte[]> requests;
  private final int connections;
  private int next;

  /**
   * @param requests all bytes of each, without a body
   */
  LoadGenerator(URI service, List<byte[]> requests, int connections) {
    this.service = service;
    this.requests = List.copyOf(requests);
    this.connections = connections;
  }

  /** As fast as the service answers. */
  Result atFullSpeed(Duration duration) throws IOException {
    long end = System.nanoTime() + duration.toNanos();
    return run(0, () -> System.nanoTime() >= end);
  }

  /**
   * At a steady rate. A request that has to wait for a free connection has waited since it was due:
   * a service that stops for a moment does not get away with one slow answer.
   */
  Result paced(int perSecond, BooleanSupplier ended) throws IOException {
    return run(1_000_000_000L / perSecond, ended);
  }

  private Result run(long interval, BooleanSupplier ended) throws IOException {
    try (Selector selector = Selector.open()) {
      List<Connection> idle = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        idle.add(new Connection(selector, service));
      }
      List<Connection> all = List.copyOf(idle);
      Samples millis = new Samples();
      long start = System.nanoTime();
      long due = start;
      boolean stopping = false;
      boolean waiting = false;
      while (!stopping || idle.size() < connections) {
        long now = System.nanoTime();
        while (!stopping && !idle.isEmpty() && (interval == 0 || due <= now)) {
          // Our own being late is not the service's fault; having had no connection free is.
          idle.remove(idle.size() - 1).send(request(), waiting && interval > 0 ? due : now);
          due += interval;
          waiting = waiting && due <= now;
        }
        waiting = idle.isEmpty();
        selector.select(
            interval == 0 || idle.isEmpty() ? 1000 : Math.max(1, (due - now) / 1_000_000));
        long answered = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
          Connection connection = (Connection) key.attachment();
          if (connection.receive()) {
            millis.add((answered - connection.due) / 1e6);
            idle.add(connection);
          }
        }
        selector.selectedKeys().clear();
        stopping = stopping || ended.getAsBoolean();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      for (Connection connection : all) {
        connection.channel.close();
      }
      return new Result(millis.count() / seconds, millis);
    }
  }

  private byte[] request() {
    next = (next + 1) % requests.size();
    return requests.get(next);
  }

  private static final class Connection {
    private static final String LENGTH = "content-length:";

    private final SocketChannel channel;
    private ByteBuffer answer = ByteBuffer.allocate(1 << 14);
    private long due;

    /** Where the answer ends; unknown while the head is not complete. */
    private int end = -1;

    Connection(Selector selector, URI service) throws IOException {
      channel = SocketChannel.open(new InetSocketAddress(service.getHost(), service.getPort()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(byte[] request, long dueAt) throws IOException {
      due = dueAt;
      answer.clear();
      end = -1;
      ByteBuffer bytes = ByteBuffer.wrap(request);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    /** Whether the whole answer is there. */
    boolean receive() throws IOException {
      if (!answer.hasRemaining()) {
        answer = ByteBuffer.allocate(answer.capacity() * 2).put(answer.flip());
      }
      if (channel.read(answer) < 0) {
        throw new IOException("the service closed the connection");
      }
      if (end < 0) {
        readHead();
      }
      return end >= 0 && answer.position() >= end;
    }

    private void readHead() throws IOException {
      String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
      int headEnd = text.indexOf("\r\n\r\n");
      if (headEnd < 0) {
        return;
      }
      if (!text.startsWith("HTTP/1.1 200")) {
        throw new IOException("not answered: " + text);
      }
      String head = text.substring(0, headEnd).toLowerCase(Locale.ROOT) + "\r\n";
      int length = head.indexOf(LENGTH);
      if (length < 0) {
        throw new IOException("an answer without a length: " + head);
      }
      String digits =
          head.substring(length + LENGTH.length(), head.indexOf("\r\n", length)).strip();
      end = headEnd + 4 + Integer.parseInt(digits);
    }
  }
}
