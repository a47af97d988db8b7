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
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
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

  private final JobRunner.Parts parts;
  private final Database database;
  private final Schema schema;
  private final ImportPlans plans;
  private final Heartbeats heartbeats;
  private final Bell bell;
  private final WorkerName name;
  private final StartupChecks checks;
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
      Bell bell,
      WorkerName name,
      StartupChecks checks) {
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
    this.bell = bell;
    this.name = name;
    this.checks = checks;
  }

  void start(@Observes StartupEvent event) {
    for (int i = 0; i <= parts.config().slots(); i++) {
      boolean reserved = i == parts.config().slots();
      Slot slot =
          new Slot(parts, database, schema, plans, heartbeats, bell, name.value(), reserved);
      slots.add(slot);
      Thread thread = new Thread(slot, reserved ? "slot-small" : "slot-" + (i + 1));
      threads.add(thread);
    }
    // Rows that are written while a commit is not durable, or before they are, cannot be taken
    // back.
    checks.whenPassed(() -> threads.forEach(Thread::start));
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

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    slots.forEach(Slot::stop);
    long deadline = System.nanoTime() + parts.config().stopTimeout().toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    }
    timer.shutdownNow();
  }
}
