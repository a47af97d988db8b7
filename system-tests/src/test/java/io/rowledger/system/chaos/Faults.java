package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Fault.Sort;
import io.rowledger.testkit.EmbeddedPostgresServer.StopMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes faults happen, several at once if the schedule says so, and puts everything right after.
 */
final class Faults implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(20);
  private static final Duration APART = Duration.ofMillis(400);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Installation installation;
  private final Violations diary;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Queue<Future<?>> begun = new ConcurrentLinkedQueue<>();
  private final Map<Sort, Integer> done = new EnumMap<>(Sort.class);
  private Thread planner = new Thread("no faults");
  private volatile boolean stopped;

  Faults(Installation installation, Violations diary) {
    this.installation = installation;
    this.diary = diary;
  }

  /** From now on, for so long. */
  void begin(List<Fault> schedule, Duration time) {
    long began = System.nanoTime();
    planner = new Thread(() -> plan(schedule, began, time), "faults");
    planner.setDaemon(true);
    planner.start();
  }

  /** Begins no further fault, waits until the last is over, and makes everything run again. */
  void heal() {
    stopped = true;
    try {
      planner.join();
      for (Future<?> fault : begun) {
        fault.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      diary.add("harness", "a fault that can be made", String.valueOf(e.getCause()));
    }
    installation.awaitReady();
    diary.note("healed");
  }

  private void plan(List<Fault> schedule, long began, Duration time) {
    for (Fault fault : schedule) {
      // Some faults come into others. But what is never whole for a moment shows nothing, and how
      // long a restart takes is up to the machine.
      if (fault.dice() % 2 == 0) {
        awaitWhole();
      }
      while (!stopped && System.nanoTime() - began < fault.at().toNanos()) {
        pass(STEP);
      }
      if (stopped || System.nanoTime() - began > time.toNanos()) {
        return;
      }
      begun.add(executor.submit(() -> happen(fault)));
      // Those that had to wait do not come all at once.
      pass(APART);
    }
  }

  private void awaitWhole() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!stopped && System.nanoTime() < until && !installation.isWhole()) {
      pass(STEP);
    }
  }

  /** How often each sort of fault has happened. */
  synchronized Map<Sort, Integer> done() {
    return new EnumMap<>(done);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private void happen(Fault fault) {
    Random dice = new Random(fault.dice());
    diary.note("fault %s for %d ms".formatted(fault.sort(), fault.lasts().toMillis()));
    synchronized (this) {
      done.merge(fault.sort(), 1, Integer::sum);
    }
    Child api = one(installation.apis(), dice);
    Child worker = one(installation.workers(), dice);
    TcpProxy postgres = installation.postgresProxy();
    TcpProxy kafka = installation.kafkaProxy();
    double share = 0.2 + 0.8 * dice.nextDouble();
    // A restart of the broker takes seconds by itself.
    Duration down = fault.lasts().dividedBy(2);
    switch (fault.sort()) {
      case KILL_WORKER -> worker.kill(down);
      case KILL_API -> api.kill(down);
      case FREEZE_WORKER, FREEZE_WORKER_LONG -> freeze(worker, fault.lasts());
      case FREEZE_API -> freeze(api, fault.lasts());
      case STOP_WORKER -> worker.stop(down);
      case STOP_API -> api.stop(down);
      case KILL_BROKER -> installation.kafka().kill(down);
      case STOP_BROKER -> installation.kafka().stop(down);
      case FREEZE_BROKER -> freeze(installation.kafka(), fault.lasts());
      case POSTGRES_FAST -> restartPostgres(StopMode.FAST, down);
      case POSTGRES_IMMEDIATE -> restartPostgres(StopMode.IMMEDIATE, down);
      case END_BACKENDS -> endBackends(share);
      case CUT_POSTGRES -> diary.note("cut " + postgres.cut(dice, share));
      case CUT_KAFKA -> diary.note("cut " + kafka.cut(dice, share));
      case HALF_CLOSE_POSTGRES -> diary.note("half closed " + postgres.halfClose(dice, share));
      case HALF_CLOSE_KAFKA -> diary.note("half closed " + kafka.halfClose(dice, share));
      case SILENCE_POSTGRES -> diary.note("silenced " + postgres.silence(dice, share / 2));
      case SILENCE_KAFKA -> diary.note("silenced " + kafka.silence(dice, share / 2));
      case DELAY_POSTGRES -> delay(postgres, dice.nextInt(60), fault.lasts());
      case DELAY_KAFKA -> delay(kafka, dice.nextInt(300), fault.lasts());
      case STALL_POSTGRES -> stall(postgres, fault.lasts(), dice);
      case STALL_KAFKA -> stall(kafka, fault.lasts(), dice);
    }
  }

  private static Child one(List<Child> children, Random dice) {
    return children.get(dice.nextInt(children.size()));
  }

  private static void freeze(Child child, Duration time) {
    child.freeze();
    try {
      pass(time);
    } finally {
      child.thaw();
    }
  }

  private static void delay(TcpProxy proxy, int millis, Duration time) {
    proxy.delay(Duration.ofMillis(1 + millis));
    pass(time);
    proxy.asUsual();
  }

  /** What was stalled comes to life again, or turns out to be broken. */
  private static void stall(TcpProxy proxy, Duration time, Random dice) {
    proxy.stall();
    pass(time);
    if (dice.nextBoolean()) {
      proxy.cut(dice, 0.7);
    }
    proxy.resume();
  }

  /** One at a time: the server itself sees to that. */
  private void restartPostgres(StopMode mode, Duration down) {
    synchronized (installation) {
      installation.postgres().stop(mode);
      pass(down);
      installation.postgres().resume();
    }
  }

  private void endBackends(double share) {
    try (Connection connection = installation.connect();
        PreparedStatement end =
            connection.prepareStatement(
                """
                SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE backend_type = 'client backend' AND application_name <> 'chaos' AND random() < ?
                """)) {
      end.setDouble(1, share);
      end.executeQuery().close();
    } catch (SQLException away) {
      diary.note("no backends to end: " + away.getSQLState());
    }
  }

  private static void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }
}
