package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Fault.Sort;
import io.rowledger.testkit.EmbeddedPostgresServer.StopMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Makes faults happen, several at once if the schedule says so, and puts everything right after. */
final class Faults implements AutoCloseable {
  private static final int AT_ONCE = 6;

  private final Installation installation;
  private final Violations diary;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(AT_ONCE);
  private final List<Future<?>> planned = new ArrayList<>();
  private final Map<Sort, Integer> done = new EnumMap<>(Sort.class);

  Faults(Installation installation, Violations diary) {
    this.installation = installation;
    this.diary = diary;
  }

  /** From now on. */
  void begin(List<Fault> schedule) {
    for (Fault fault : schedule) {
      planned.add(
          timer.schedule(() -> happen(fault), fault.at().toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  /** Waits for the last fault to be over, and makes everything run again. */
  void heal() {
    for (Future<?> fault : planned) {
      try {
        fault.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        diary.add("harness", "a fault that can be made", String.valueOf(e.getCause()));
      }
    }
    installation.awaitReady();
    diary.note("healed");
  }

  /** How often each sort of fault has happened. */
  synchronized Map<Sort, Integer> done() {
    return new EnumMap<>(done);
  }

  @Override
  public void close() {
    timer.shutdownNow();
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
    proxy.delay(Duration.ZERO);
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
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
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
