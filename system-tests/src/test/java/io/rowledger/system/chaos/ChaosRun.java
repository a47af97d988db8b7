package io.rowledger.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.system.chaos.Caller.Answer;
import io.rowledger.system.chaos.Caller.Body;
import io.rowledger.system.chaos.Caller.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** A run from the start of the processes to the comparison of the books. */
final class ChaosRun {
  private static final int TENANTS = 3;
  private static final int SENDERS = 3;

  private final Settings settings;
  private final Violations violations;
  private final Ledger ledger = new Ledger();
  private volatile boolean over;

  private ChaosRun(Settings settings, Path directory) {
    this.settings = settings;
    violations = new Violations(settings.seed(), directory.resolve("diary.log"));
  }

  /** Runs it; what does not hold is in the report. */
  static Report run(Settings settings) {
    Path directory = Installation.emptied(settings.directory());
    ChaosRun run = new ChaosRun(settings, directory);
    try (Installation installation = new Installation(directory, settings)) {
      return run.on(installation);
    }
  }

  private Report on(Installation installation) {
    Service service = new Service(installation.urls(), violations);
    List<Tenant> tenants = tenants(service, installation.adminKey());
    Random seeds = new Random(settings.seed());
    List<Fault> schedule =
        Schedule.of(
            new Random(seeds.nextLong()),
            settings.time(),
            settings.every(),
            settings.sorts(),
            settings.conditions().stretch());
    Planner planner = new Planner(new Random(seeds.nextLong()), tenants, settings.load());
    Owner owner = new Owner(service, ledger, violations, new Random(seeds.nextLong()));
    Database database = new Database(installation);
    violations.begin();
    try (LeaseWatch leases = new LeaseWatch(database);
        Faults faults = new Faults(installation, violations)) {
      long polls;
      boolean allEnded;
      LedgerCheck tables = new LedgerCheck(database, ledger, violations);
      try (Watcher watcher = new Watcher(service, ledger, violations)) {
        List<Thread> load = load(service, planner, owner);
        faults.begin(schedule, settings.time());
        awaitUntil(settings.time());
        over = true;
        faults.heal();
        load.forEach(ChaosRun::join);
        tables.adoptUnanswered();
        allEnded = !isFound() && new Ending(database, ledger, owner, violations).await();
        polls = watcher.polls();
      }
      EventCheck events = new EventCheck(violations);
      if (allEnded) {
        tables.checkJobs();
        ApiCheck api = new ApiCheck(service, violations);
        ledger.jobs().forEach(job -> api.check(job, tables.stored(job)));
        events.check(installation.bootstrapServers(), ledger.jobs(), tables);
      }
      violations.note("over");
      return new Report(
          settings,
          violations,
          ledger,
          tables,
          faults.done(),
          installation.restarts(),
          polls,
          service,
          events,
          leases.longest());
    }
  }

  /** There is no more to be learned. */
  private boolean isFound() {
    return settings.conditions().untilFound() && !violations.all().isEmpty();
  }

  private void awaitUntil(Duration time) {
    while (violations.sinceBegin().compareTo(time) < 0 && !isFound()) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private List<Thread> load(Service service, Planner planner, Owner owner) {
    Sender sender = new Sender(service, ledger, violations);
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < SENDERS; number++) {
      threads.add(
          thread(
              "sender-" + number,
              Duration.ofMillis(100),
              () -> {
                if (ledger.open().size() < settings.atOnce()) {
                  LedgerJob job = sender.send(planner.next());
                  if (job != null) {
                    planner.accepted(job);
                  }
                }
              }));
    }
    threads.add(thread("owner", Duration.ofMillis(700), owner::actOnce));
    threads.add(
        thread(
            "half-sender",
            Duration.ofSeconds(2),
            new HalfUploads(service, ledger, planner)::sendOne));
    return threads;
  }

  private Thread thread(String name, Duration pause, Runnable step) {
    Thread thread =
        new Thread(
            () -> {
              while (!over) {
                try {
                  step.run();
                } catch (RuntimeException e) {
                  violations.add(name, "no exception", e.toString());
                  return;
                }
                LockSupport.parkNanos(pause.toNanos());
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<Tenant> tenants(Service service, String adminKey) {
    List<Tenant> tenants = new ArrayList<>();
    for (int number = 1; number <= TENANTS; number++) {
      String body = "{\"orgKey\":\"chaos-%d\",\"name\":\"Chaos %d\"}".formatted(number, number);
      String id =
          created(service.post("/admin/organizations", adminKey, Map.of(), Body.json(body)))
              .at("/organization/id")
              .asText();
      String issued =
          """
          {"name":"chaos","permissions":["transactions:create","entities:bulk_import",
           "entities:create","events:create","organization:manage"]}
          """;
      String key =
          created(
                  service.post(
                      "/admin/organizations/" + id + "/api-keys",
                      adminKey,
                      Map.of(),
                      Body.json(issued)))
              .path("key")
              .asText();
      Tenant tenant = new Tenant(UUID.fromString(id), key);
      awaitKnownEntities(service, tenant);
      tenants.add(tenant);
    }
    return tenants;
  }

  private static void awaitKnownEntities(Service service, Tenant tenant) {
    Reply accepted =
        service.post(Kind.ENTITIES.upload(), tenant.key(), Map.of(), Rendering.knownEntities());
    String id = ((Answer) accepted).body().path("jobId").asText();
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (System.nanoTime() < deadline) {
      Reply reply = service.job(UUID.fromString(id), tenant);
      if (reply.is(200) && Answers.isTerminal(((Answer) reply).job())) {
        return;
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    throw new IllegalStateException("The known entities were not imported: " + accepted);
  }

  private static JsonNode created(Reply reply) {
    if (!reply.is(201)) {
      throw new IllegalStateException(reply.toString());
    }
    return ((Answer) reply).body();
  }
}
