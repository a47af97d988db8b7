package io.rowledger.core.event;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.event.EventSender.Acknowledged;
import io.rowledger.core.event.EventSender.Fate;
import io.rowledger.core.event.EventSender.Refused;
import io.rowledger.core.event.EventSender.Unknown;
import io.rowledger.core.event.Outbox.Pending;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.Tx;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what the outbox holds and deletes it only after the broker's acknowledgement: at least
 * once, never a lost event. One relay is active at a time, in whichever process has the lock.
 *
 * <p>The order within a job does not hang on that lock, nor on what a producer does when a part of
 * what it was given fails: <b>an event is not given to Kafka before the one before it in its job
 * was acknowledged</b>. So whatever is sent again by whom and when, the first copy of an event is
 * in the topic before the first copy of the next one (ADR 24).
 */
@ApplicationScoped
public class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
  private static final int BATCH = 200;

  private final Database database;
  private final Schema schema;
  private final Outbox outbox;
  private final EventsConfig config;
  private final EventSender sender;
  private final RelayMeters meters;
  private final Semaphore bell = new Semaphore(0);
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Jobs whose event was not acknowledged, and until when they let others pass. */
  private final Map<UUID, Long> resting = new HashMap<>();

  private volatile boolean stopped;
  private @Nullable Thread thread;

  OutboxRelay(
      Database database,
      Schema schema,
      Outbox outbox,
      EventsConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      MeterRegistry registry,
      Tracer tracer) {
    this.database = database;
    this.schema = schema;
    this.outbox = outbox;
    this.config = config;
    this.sender = new EventSender(config, kafka, registry, tracer);
    this.meters = new RelayMeters(registry);
  }

  /** Says that a transaction with an event was committed. Cheap, never blocks. */
  public void wake() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
    listeners.forEach(Runnable::run);
  }

  /** Has {@code listener} told of every {@link #wake}; it must be as cheap and may not block. */
  public void onWake(Runnable listener) {
    listeners.add(listener);
  }

  void start(@Observes StartupEvent event) {
    thread = new Thread(this::run, "outbox-relay");
    thread.setDaemon(true);
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped = true;
    wake();
    if (thread != null) {
      thread.join(5_000);
    }
  }

  private void run() {
    boolean troubled = false;
    while (!stopped) {
      try {
        boolean rang = bell.tryAcquire(config.relayEvery().toMillis(), TimeUnit.MILLISECONDS);
        if (rang) {
          bell.drainPermits();
        }
        while (!stopped && schema.isThere() && relay() > 0) {
          // More may be waiting, also of what this look has left.
        }
        troubled = false;
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException | Error e) {
        // Kafka or PostgreSQL is away: the events wait where they are. Said once, not every second.
        if (!troubled) {
          LOG.warnf("Events wait in the outbox: %s", e.getMessage());
        }
        troubled = true;
      }
    }
    sender.close();
  }

  /** What one look into the outbox came to. */
  private static final class Look {
    private final List<Pending> acknowledged = new ArrayList<>();
    private final List<Pending> refused = new ArrayList<>();
    private @Nullable Throwable trouble;

    int handled() {
      return acknowledged.size() + refused.size();
    }
  }

  /**
   * Relays one batch; returns how many events it has done with.
   *
   * @throws IllegalStateException when Kafka took none of them
   */
  int relay() {
    Look look = new Look();
    database.runAcrossOrganizations(
        tx -> {
          if (outbox.lockForRelay(tx)) {
            sendAndDelete(tx, oldest(tx), look);
          }
        });
    look.acknowledged.forEach(meters::acknowledged);
    look.refused.forEach(meters::refused);
    if (look.trouble != null && look.handled() == 0) {
      throw new IllegalStateException("Kafka did not acknowledge an event", look.trouble);
    }
    return look.handled();
  }

  /**
   * The oldest events, but of jobs that rest only when nobody else has any: two hundred jobs whose
   * partition has no leader may not hold up everybody else's events.
   */
  private List<Pending> oldest(Tx tx) {
    long now = System.nanoTime();
    resting.values().removeIf(until -> until - now < 0);
    List<Pending> pending = outbox.oldest(tx, BATCH, resting.keySet());
    if (pending.isEmpty() && !resting.isEmpty()) {
      resting.clear();
      return outbox.oldest(tx, BATCH, resting.keySet());
    }
    return pending;
  }

  /**
   * One round after the other, so that there is never more than one event of a job on its way. What
   * a round has sent is deleted before the next one begins: a process that was frozen finds out
   * there that its transaction, and with it its turn, is gone.
   */
  private void sendAndDelete(Tx tx, List<Pending> pending, Look look) {
    long deadline = System.nanoTime() + config.sendTimeout().toNanos();
    for (List<Pending> round : Rounds.of(pending, Pending::jobId)) {
      // Nobody else may send, and no vacuum may clean, while this transaction is open.
      if (look.trouble != null || System.nanoTime() - deadline > 0) {
        return;
      }
      settle(tx, round, sender.send(round), look);
    }
  }

  private void settle(Tx tx, List<Pending> round, List<Fate> fates, Look look) {
    List<Long> acknowledged = new ArrayList<>();
    for (int i = 0; i < fates.size(); i++) {
      Pending event = round.get(i);
      Fate fate = fates.get(i);
      if (fate instanceof Acknowledged) {
        acknowledged.add(event.id());
        look.acknowledged.add(event);
      } else if (fate instanceof Refused refused) {
        LOG.errorf("Event %s is put aside: %s", event.eventId(), refused.reason());
        outbox.bury(tx, event.id(), String.valueOf(refused.reason()));
        look.refused.add(event);
      } else if (fate instanceof Unknown unknown) {
        resting.put(event.jobId(), System.nanoTime() + config.sendTimeout().toNanos());
        look.trouble = unknown.reason();
      }
    }
    outbox.delete(tx, acknowledged);
  }
}
