package io.rowledger.core.event;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Forwards connections to a port, and stops doing so when it is told to. */
final class TcpCut implements Closeable {

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean answersAreLost;

  TcpCut(int port, int target) throws IOException {
    this.server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    start(this::accept);
  }

  /** Breaks every connection; new ones may be made. */
  void cut() {
    open.forEach(TcpCut::close);
  }

  /** Requests arrive, but nobody hears of it, until this is called with false. */
  void loseAnswers(boolean lose) {
    answersAreLost = lose;
    if (!lose) {
      // What was swallowed cannot be given back: a stream with a hole in it is nonsense.
      cut();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(broker);
        start(() -> pump(client, broker, false));
        start(() -> pump(broker, client, true));
      } catch (IOException e) {
        // Closed, or the broker is down: the client tries again.
        cut();
      }
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (!(answers && answersAreLost)) {
          out.write(buffer, 0, length);
        }
      }
    } catch (IOException broken) {
      // Both ends are closed.
    }
    open.remove(from);
    open.remove(to);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tcp-cut");
    thread.setDaemon(true);
    thread.start();
  }
}
