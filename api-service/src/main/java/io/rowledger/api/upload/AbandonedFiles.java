package io.rowledger.api.upload;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.rowledger.api.tenant.RetentionConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Removes spooled requests whose process was killed: nobody else would ever, and they are the files
 * as they were sent. Everything else in the directory is left alone, whatever directory it is.
 */
@Singleton
class AbandonedFiles {

  private static final Logger LOG = Logger.getLogger(AbandonedFiles.class);

  /** What the framework and {@link BatchSpool} call theirs. */
  private static final String OURS = "{resteasy-reactive*upload,body-*}";

  private final Path directory;
  private final Duration keepFor;
  private final InstantSource clock;

  @Inject
  AbandonedFiles(VertxHttpConfig http, RetentionConfig config, InstantSource clock) {
    this(Path.of(http.body().uploadsDirectory()), config.spooledFiles(), clock);
  }

  AbandonedFiles(Path directory, Duration keepFor, InstantSource clock) {
    this.directory = directory;
    this.keepFor = keepFor;
    this.clock = clock;
  }

  @Scheduled(every = "1h", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void sweep() {
    Instant before = clock.instant().minus(keepFor);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, OURS)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          remove(file);
        }
      }
    } catch (NoSuchFileException nothingSpooledYet) {
      // Or another process was faster; the next sweep sees the rest.
    } catch (IOException e) {
      LOG.warnf("Spooled files of dead processes stay for now: %s", e.getClass().getName());
    }
  }

  private static void remove(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
