package io.rowledger.local;

import io.rowledger.testkit.EmbeddedKafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.utils.Exit;

/** The broker as a process of its own, so that killing it is a real fault. */
final class KafkaMain {
  private KafkaMain() {}

  /**
   * Runs until it is told to go.
   *
   * @param arguments port, data directory, and a file to create when the topics are there; for a
   *     broker behind a proxy also a second port and the port of the proxy
   */
  public static void main(String... arguments) throws IOException, InterruptedException {
    EmbeddedKafkaBroker.Builder builder =
        EmbeddedKafkaBroker.builder()
            .port(Integer.parseInt(arguments[0]))
            .dataDirectory(Path.of(arguments[1]));
    if (arguments.length > 3) {
      builder.behindProxy(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
    }
    EmbeddedKafkaBroker broker = builder.start();
    // This JVM is the broker's own: when it gives up, the launcher starts another.
    Exit.resetExitProcedure();
    Exit.resetHaltProcedure();
    Files.writeString(Path.of(arguments[2]), broker.bootstrapServers());
    new CountDownLatch(1).await();
  }
}
