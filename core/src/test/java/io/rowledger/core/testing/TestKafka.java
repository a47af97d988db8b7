package io.rowledger.core.testing;

import io.rowledger.testkit.EmbeddedKafkaBroker;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The broker all tests of this JVM share. Who stops it starts it again: test classes run one after
 * the other.
 */
public final class TestKafka {

  private static final class Shared {
    static final EmbeddedKafkaBroker BROKER = EmbeddedKafkaBroker.start();
  }

  /** A client of a stopped broker complains ten times a second; held, as loggers are weak. */
  private static final Logger CLIENT = Logger.getLogger("org.apache.kafka.clients.NetworkClient");

  static {
    CLIENT.setLevel(Level.SEVERE);
  }

  private TestKafka() {}

  public static EmbeddedKafkaBroker broker() {
    return Shared.BROKER;
  }

  /** What Quarkus would inject as the settings of the default broker. */
  public static Map<String, Object> settings() {
    return Map.of(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        broker().bootstrapServers(),
        // Tests stop the broker for a moment; nobody wants to wait for a long back-off after it.
        CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
        200);
  }
}
