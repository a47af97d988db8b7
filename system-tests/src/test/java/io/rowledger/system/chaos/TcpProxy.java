package io.rowledger.system.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Stands between the services and what they depend on, and is a bad network when it is told to. */
final class TcpProxy implements AutoCloseable {
  private static final int PIECE = 64 * 1024;

  private final int target;
  private final ServerSocket server;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Object gate = new Object();
  private boolean stalled;
  private volatile Duration usual = Duration.ZERO;
  private volatile Duration delay = Duration.ZERO;

  /** Listens on one port of this machine and leads to another. */
  TcpProxy(int port, int target) {
    this.target = target;
    try {
      server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept, "proxy-" + target);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Holds every piece of data back for this long, until {@link #asUsual}. */
  void delay(Duration time) {
    delay = time;
  }

  /** Holds every piece of data back for this long, when nothing else is asked for. */
  void usually(Duration time) {
    usual = time;
    delay = time;
  }

  void asUsual() {
    delay = usual;
  }

  /** Lets nothing through, and says nothing of it, until {@link #resume}. */
  void stall() {
    synchronized (gate) {
      stalled = true;
    }
  }

  void resume() {
    synchronized (gate) {
      stalled = false;
      gate.notifyAll();
    }
  }

  /**
   * Breaks connections, as a router does that forgets them.
   *
   * @param share of the connections, 0 to 1
   * @return how many
   */
  int cut(Random random, double share) {
    List<Link> chosen = some(random, share);
    chosen.forEach(Link::cut);
    return chosen.size();
  }

  /** Ends one direction of connections: one side hears nothing more and may go on talking. */
  int halfClose(Random random, double share) {
    List<Link> chosen = some(random, share);
    chosen.forEach(link -> link.halfClose(random.nextBoolean()));
    return chosen.size();
  }

  /** Loses connections without telling either side: what is sent into them is gone. */
  int silence(Random random, double share) {
    List<Link> chosen = some(random, share);
    chosen.forEach(Link::silence);
    return chosen.size();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    resume();
    links.forEach(Link::cut);
  }

  private List<Link> some(Random random, double share) {
    return links.stream().filter(link -> random.nextDouble() < share).toList();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        daemon(() -> connect(client), "proxy-link-" + target);
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    Socket service;
    try {
      awaitOpen();
      service = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException refused) {
      Link.reset(client);
      return;
    }
    Link link = new Link(client, service);
    links.add(link);
    Thread back = daemon(() -> pump(service, client, link), "proxy-back-" + target);
    pump(client, service, link);
    try {
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    links.remove(link);
    link.close();
  }

  private void pump(Socket from, Socket to, Link link) {
    byte[] piece = new byte[PIECE];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        awaitOpen();
        if (!link.silent) {
          out.write(piece, 0, read);
        }
      }
      if (!link.silent && !to.isOutputShutdown()) {
        to.shutdownOutput();
      }
    } catch (IOException broken) {
      link.cut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitOpen() throws IOException {
    synchronized (gate) {
      while (stalled) {
        try {
          gate.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** The two connections of which a client sees one. */
  private static final class Link {
    private final Socket client;
    private final Socket service;
    private volatile boolean silent;

    Link(Socket client, Socket service) {
      this.client = client;
      this.service = service;
      try {
        client.setTcpNoDelay(true);
        service.setTcpNoDelay(true);
      } catch (IOException goneAlready) {
        reset(client);
      }
    }

    void silence() {
      silent = true;
    }

    void cut() {
      reset(client);
      reset(service);
    }

    void halfClose(boolean towardsService) {
      try {
        (towardsService ? service : client).shutdownOutput();
      } catch (IOException goneAlready) {
        cut();
      }
    }

    void close() {
      try {
        client.close();
        service.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static void reset(Socket socket) {
      try {
        // Without lingering the other side is told at once, and rudely.
        socket.setSoLinger(true, 0);
      } catch (IOException goneAlready) {
        // Closing it is all that is left.
      }
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
