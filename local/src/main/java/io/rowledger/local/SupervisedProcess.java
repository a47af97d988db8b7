package io.rowledger.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A child that is started again whenever it dies, as Kubernetes would, until it is stopped. */
final class SupervisedProcess {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** A child that lived this long was not failing at start: the next pause is the first again. */
  private static final Duration HEALTHY = Duration.ofSeconds(10);

  /**
   * Makes a session. Linux shares processors out between sessions as it does between containers, so
   * an import-worker at work does not hold up an api-service. And Ctrl-C comes to us alone, who
   * stop the children in order. Not there on macOS; then they are in ours. The child keeps the
   * process id: no process is made for it.
   */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final DataDirectory directory;
  private final ScheduledExecutorService timer;

  private @Nullable Process process;
  private Duration pause = FIRST_PAUSE;
  private long startedAtNanos;
  private boolean stopping;

  SupervisedProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      DataDirectory directory,
      ScheduledExecutorService timer) {
    this.name = name;
    Stream<String> session =
        Files.isExecutable(SETSID) ? Stream.of(SETSID.toString()) : Stream.empty();
    this.command = Stream.concat(session, command.stream()).toList();
    this.environment = Map.copyOf(environment);
    this.directory = directory;
    this.timer = timer;
  }

  /** Starts the child. Its output is appended to its log. */
  synchronized void start() {
    if (stopping) {
      return;
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log(name).toFile()));
    try {
      Process started = builder.start();
      started.getOutputStream().close();
      startedAtNanos = System.nanoTime();
      process = started;
      directory.writePid(name, started.pid());
      var unused = started.onExit().thenAccept(this::died);
    } catch (IOException e) {
      throw new UncheckedIOException("Could not start " + name, e);
    }
  }

  /** Asks the child to go; {@link #awaitEnd} makes sure. */
  synchronized void stop() {
    stopping = true;
    if (process != null) {
      process.destroy();
    }
  }

  /** Waits for the child's end, and kills one that takes longer than the given time. */
  void awaitEnd(Duration patience) {
    Process last;
    synchronized (this) {
      last = process;
    }
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
    directory.removePid(name);
  }

  private synchronized void died(Process dead) {
    if (stopping) {
      return;
    }
    boolean wasHealthy = System.nanoTime() - startedAtNanos > HEALTHY.toNanos();
    pause = wasHealthy ? FIRST_PAUSE : pause;
    var unused = timer.schedule(() -> startAgain(dead), pause.toMillis(), TimeUnit.MILLISECONDS);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  /** Said only after the pause: Ctrl-C ends the children as well, and then nothing starts again. */
  private synchronized void startAgain(Process dead) {
    if (stopping) {
      return;
    }
    Console.say(
        "%s ended with exit code %d; starting it again. See %s",
        name, dead.exitValue(), directory.log(name));
    start();
  }
}
