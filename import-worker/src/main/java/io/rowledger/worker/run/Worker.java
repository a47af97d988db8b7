package io.rowledger.worker.run;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.control.Dependents;
import io.rowledger.core.event.EventsConfig;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Starts the slots and the heartbeat of this process, and stops them in order. */
@ApplicationScoped
class Worker {

  private static final Logger LOG = Logger.getLogger(Worker.class);

  /** For runners to notice that their backends are gone. */
  private static final Duration AFTER_HAND_BACK = Duration.ofSeconds(1);

  private final JobRunner.Parts parts;
  private final Database database;
  private final Schema schema;
  private final ImportPlans plans;
  private final Heartbeats heartbeats;
  private final HandBack handBack;
  private final Bell bell;
  private final WorkerName name;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "heartbeat");
            thread.setDaemon(true);
            return thread;
          });

  Worker(
      ChunkLog log,
      UploadRepository uploads,
      LeaseRepository leases,
      RowResultRepository results,
      Outbox outbox,
      OutboxRelay relay,
      Dependents dependents,
      LeaseConfig leaseConfig,
      WorkerConfig config,
      EventsConfig events,
      Database database,
      Schema schema,
      ImportPlans plans,
      Heartbeats heartbeats,
      HandBack handBack,
      Bell bell,
      WorkerName name) {
    this.parts =
        new JobRunner.Parts(
            log,
            uploads,
            leases,
            results,
            outbox,
            dependents,
            leaseConfig,
            config,
            events.progressEvery(),
            relay::wake);
    this.database = database;
    this.schema = schema;
    this.plans = plans;
    this.heartbeats = heartbeats;
    this.handBack = handBack;
    this.bell = bell;
    this.name = name;
  }

  void start(@Observes StartupEvent event) {
    for (int i = 0; i <= parts.config().slots(); i++) {
      boolean reserved = i == parts.config().slots();
      Slot slot =
          new Slot(parts, database, schema, plans, heartbeats, bell, name.value(), reserved);
      slots.add(slot);
      Thread thread = new Thread(slot, reserved ? "slot-small" : "slot-" + (i + 1));
      threads.add(thread);
      thread.start();
    }
    long beat = parts.leaseConfig().heartbeat().toMillis();
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
    LOG.infof(
        "%s claims jobs with %d slots and one for small jobs", name.value(), slots.size() - 1);
  }

  private void beat() {
    try {
      heartbeats.beat();
    } catch (RuntimeException e) {
      // A timer that throws once never runs again.
      LOG.error("The heartbeat failed", e);
    }
  }

  /** Before anybody else stops: jobs wait for this, and their last events for the relay. */
  void stop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event)
      throws InterruptedException {
    // All before the bell rings: a slot that does not know yet would claim what another gives back.
    slots.forEach(Slot::stop);
    bell.ring();
    joinAll(parts.config().stopTimeout());
    if (threads.stream().anyMatch(Thread::isAlive)) {
      slots.forEach(Slot::giveUp);
      handBack.all();
      joinAll(AFTER_HAND_BACK);
    }
    timer.shutdownNow();
  }

  private void joinAll(Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    }
  }
}
