package io.rowledger.system.chaos;

import io.rowledger.system.QuickJava;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that is started again when it dies, unless it is to stay down for a while. */
final class Child {
  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable Process process;
  private long downUntil = System.nanoTime();
  private boolean closed;
  private int starts;

  Child(String name, List<String> command, Map<String, String> environment, Path log) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  String name() {
    return name;
  }

  /** Starts it, unless it runs, or is to stay down, or never to start again. */
  synchronized void ensureRunning() {
    if (closed || isAlive() || System.nanoTime() < downUntil) {
      return;
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    QuickJava.putInto(builder.environment());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Process started = builder.start();
      started.getOutputStream().close();
      process = started;
      starts++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  synchronized int starts() {
    return starts;
  }

  /** Kills it; it stays down for this long. */
  synchronized void kill(Duration down) {
    downUntil = System.nanoTime() + down.toNanos();
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Asks it to go; it stays down for this long. */
  synchronized void stop(Duration down) {
    downUntil = System.nanoTime() + down.toNanos();
    if (process != null) {
      process.destroy();
    }
  }

  /** Freezes it; harmless when it is dead. */
  void freeze() {
    signal("STOP");
  }

  /** Lets it go on; harmless when it was not frozen. */
  void thaw() {
    signal("CONT");
  }

  /** Ends it for good: asks, waits, kills. */
  void close(Duration patience) {
    Process last;
    synchronized (this) {
      closed = true;
      last = process;
    }
    thaw();
    stop(Duration.ZERO);
    if (last == null) {
      return;
    }
    try {
      if (!last.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        last.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      last.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void signal(String signal) {
    if (process == null || !process.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
