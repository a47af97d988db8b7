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
import io.rowledger.core.startup.StartupChecks;
import io.rowledger.worker.recovery.FailedTries;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final FailedTries tries;
  private final DeadChunks deadChunks;
  private final Quarantine quarantine;
  private final List<Slot> slots = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Thread> stuck = new CopyOnWriteArrayList<>();
  private final StartupChecks checks;
  private boolean stopping;
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
      WorkerName name,
      FailedTries tries,
      DeadChunks deadChunks,
      Quarantine quarantine,
      StartupChecks checks,
      RunMeters meters,
      RunSpans spans) {
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
            relay::wake,
            meters,
            spans);
    this.database = database;
    this.schema = schema;
    this.plans = plans;
    this.heartbeats = heartbeats;
    this.handBack = handBack;
    this.bell = bell;
    this.name = name;
    this.tries = tries;
    this.deadChunks = deadChunks;
    this.quarantine = quarantine;
    this.checks = checks;
    meters.gauge(
        "rowledger.leases.held",
        "Leases that this process holds: jobs that it works on",
        () -> heartbeats.held().size());
    meters.gauge("rowledger.slots", "Jobs that this process can work on at a time", slots::size);
    meters.gauge(
        "rowledger.threads.stuck",
        "Threads that were given up because their job hangs, and still run",
        this::stuckThreads);
  }

  void start(@Observes StartupEvent event) {
    if (!parts.config().enabled()) {
      return;
    }
    // Rows that are written while a commit is not durable, or before they are, cannot be taken
    // back.
    checks.whenPassed(this::startSlots);
    long beat = parts.leaseConfig().heartbeat().toMillis();
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
  }

  private synchronized void startSlots() {
    if (stopping) {
      return;
    }
    for (int i = 0; i < parts.config().slots(); i++) {
      startSlot("slot-" + (i + 1), false);
    }
    startSlot("slot-small", true);
    LOG.infof(
        "%s claims jobs with %d slots and one for small jobs", name.value(), slots.size() - 1);
  }

  private void startSlot(String threadName, boolean reserved) {
    Slot slot =
        new Slot(
            parts,
            database,
            schema,
            plans,
            heartbeats,
            bell,
            tries,
            deadChunks,
            quarantine,
            given -> replace(given, threadName, reserved),
            name.value(),
            reserved);
    Thread thread = new Thread(slot, threadName);
    slots.add(slot);
    threads.add(thread);
    thread.start();
  }

  /** The thread of a slot that was given up is not waited for when this process stops. */
  private void replace(Slot given, String threadName, boolean reserved) {
    int index = slots.indexOf(given);
    slots.remove(index);
    stuck.add(threads.remove(index));
    startSlot(threadName, reserved);
  }

  /** Threads that were given up and still run: each may use up a processor. */
  long stuckThreads() {
    stuck.removeIf(thread -> !thread.isAlive());
    return stuck.size();
  }

  private void beat() {
    try {
      heartbeats.beat();
    } catch (RuntimeException | Error e) {
      // A timer that throws once never runs again, and every lease of this process would run out.
      LOG.error("The heartbeat failed", e);
    }
  }

  /** Before anybody else stops: jobs wait for this, and their last events for the relay. */
  void stop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event)
      throws InterruptedException {
    synchronized (this) {
      stopping = true;
    }
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
