package io.rowledger.benchmark;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The service of {@code benchmarks/peer} in a process of its own, on the same database, with the
 * heap of the api-service. See there for what its routes do and leave out.
 */
final class PeerService implements AutoCloseable {

  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Process process;
  private final URI url;

  private PeerService(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  static PeerService start(Settings settings, Installation installation, ImportClient client)
      throws IOException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    // As the launcher does with the services.
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.add(Installation.java());
    command.add("-Xmx" + settings.apiHeap());
    Stream.of(settings.apiJavaOpts().split(" ", -1))
        .filter(o -> !o.isEmpty())
        .forEach(command::add);
    command.addAll(List.of("-jar", Settings.PEER.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Settings.WORK.resolve("peer.log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_HOST", "localhost",
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                // User and password are in it.
                "QUARKUS_DATASOURCE_JDBC_URL", installation.jdbc()));
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "peer-end"));
    PeerService peer = new PeerService(process, URI.create("http://localhost:" + port));
    peer.await(client.apiKey());
    return peer;
  }

  URI url() {
    return url;
  }

  private void await(String apiKey) throws IOException {
    while (process.isAlive()) {
      try (HttpConnection connection = new HttpConnection(url, apiKey)) {
        if (connection.get("/empty").status() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // Nobody listens until it is up.
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new IOException("the peer did not start; see " + Settings.WORK.resolve("peer.log"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
