package io.rowledger.core.chunk;

import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.crypto.DataKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.GeneralSecurityException;
import java.util.Random;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Has the JVM compile AES-GCM before the first file comes. It does so only for what was called
 * thousands of times, and a call with a whole chunk counts as one: without this, the first two
 * million rows are sealed and opened at about a hundredth of the speed.
 */
@ApplicationScoped
class WarmUp {

  private static final Logger LOG = Logger.getLogger(WarmUp.class);
  private static final int CALLS = 6_000;
  private static final int BYTES = 1_024;

  private final ChunkLogConfig config;

  WarmUp(ChunkLogConfig config) {
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    ChunkCodec.load();
    if (config.warmUp()) {
      Thread thread = new Thread(WarmUp::sealAndOpen, "warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void sealAndOpen() {
    long begin = System.nanoTime();
    byte[] chunk = new byte[BYTES];
    new Random().nextBytes(chunk);
    UUID upload = UUID.randomUUID();
    DataKey key = DataKey.random();
    try {
      for (int number = 0; number < CALLS; number++) {
        ChunkCodec.unseal(
            upload,
            number,
            ChunkCodec.WRITTEN,
            key,
            ChunkCodec.seal(upload, number, ChunkCodec.WRITTEN, key, chunk, BYTES));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
    LOG.debugf("Warm after %d ms", (System.nanoTime() - begin) / 1_000_000);
  }
}
