package io.rowledger.api.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/** The directory in which this process spools uploads, and how full it may get. */
@ApplicationScoped
public class Spool {

  private static final Logger LOG = Logger.getLogger(Spool.class);
  private static final int BEFORE_OTHERS = 1;

  private final Path directory;
  private final IntakeConfig config;
  private final SpoolDirectories directories;
  private long reserved;

  Spool(VertxHttpConfig http, IntakeConfig config, MeterRegistry registry) {
    this.directory = Path.of(http.body().uploadsDirectory()).toAbsolutePath();
    this.config = config;
    this.directories = new SpoolDirectories(Path.of(config.spoolDirectory()).toAbsolutePath());
    gauge(registry, "rowledger.spool.reserved", "Set aside for uploads", Spool::reserved);
    gauge(
        registry,
        "rowledger.spool.limit",
        "What all uploads of this process may have set aside",
        spool -> spool.config.spoolMaxBytes());
    gauge(
        registry,
        "rowledger.spool.free",
        "Left of the disk above what is never used for uploads",
        Spool::free);
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Spool> value) {
    Gauge.builder(name, this, value).description(description).baseUnit("bytes").register(registry);
  }

  /** Where files may be made; it exists, and nobody else can read it. */
  public Path directory() {
    return directory;
  }

  void start(@Observes @Priority(BEFORE_OTHERS) StartupEvent event) {
    try {
      if (directories.contains(directory)) {
        directories.claim(directory);
        directories.removeLeftOvers(directory);
      } else {
        LOG.warnf(
            "Uploads go to %s, outside of %s: what a killed process leaves there is not removed",
            directory, config.spoolDirectory());
        Files.createDirectories(directory);
      }
      makePrivate(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Uploads cannot be spooled in " + directory, e);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    directories.release(directory);
  }

  /**
   * Sets disk space aside for an upload.
   *
   * @param bytes more of them, 0 or more; to be given back with {@link #release}
   * @throws ProblemException SERVICE_UNAVAILABLE when there is not enough
   */
  synchronized void reserve(long bytes) {
    if (reserved + bytes > config.spoolMaxBytes()) {
      throw full("Too many bytes of other uploads are being read");
    }
    if (usable() - bytes < config.spoolKeepFree()) {
      LOG.errorf("An upload was refused: %s has hardly any space left", directory);
      throw full("There is not enough space for this upload");
    }
    reserved += bytes;
  }

  synchronized void release(long bytes) {
    reserved -= bytes;
  }

  private synchronized double reserved() {
    return reserved;
  }

  private double free() {
    return Math.max(0, usable() - config.spoolKeepFree());
  }

  private long usable() {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProblemException full(String why) {
    return new ProblemException(
        Problem.SERVICE_UNAVAILABLE, why + ". Nothing was done; try again.");
  }

  private static void makePrivate(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
