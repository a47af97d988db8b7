package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Organisations that upload, read and wait without a pause, while the API is stopped and started.
 * What is asked while it runs has to be answered; what is asked after it was told to stop may be
 * refused, and then nothing may have come of it.
 */
final class Callers implements AutoCloseable {
  private static final int ROWS = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final String WAITS = "waits";
  private static final String STREAMS = "streams";

  private record Job(Stack.Tenant tenant, int rows) {}

  private interface Request<T> {
    T send();
  }

  private final Stack stack;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Stack.Tenant> uploaders = new ArrayList<>();
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean apiIsStopping;
  private volatile boolean enough;

  /** Begins at once. */
  Callers(Stack stack) {
    this.stack = stack;
    Stack.Tenant reader = stack.newTenant();
    String paused = "/batch-import/jobs/" + pausedJob(reader.api());
    for (int i = 1; i <= 2; i++) {
      Stack.Tenant uploader = stack.newTenant();
      uploaders.add(uploader);
      begin("uploads-" + i, () -> importOne(uploader));
    }
    begin("reads", () -> ask(() -> reader.api().get("/batch-import/history")));
    begin(WAITS, () -> ask(() -> reader.api().waitFor(paused)));
    begin(STREAMS, () -> ask(() -> reader.api().text(paused + "/stream")));
  }

  /** To be called before it is told: what is asked from now on may be refused. */
  void apiStops() {
    apiIsStopping = true;
  }

  void apiIsBack() {
    apiIsStopping = false;
  }

  /** Adds a job that somebody else has brought in. */
  void accepted(Stack.Tenant tenant, String jobId, int rows) {
    jobs.put(jobId, new Job(tenant, rows));
  }

  /** Waits until everybody has been answered a few times more. */
  void awaitWork() {
    int before = answered.get();
    await("callers are answered")
        .atMost(PATIENCE)
        .until(() -> answered.get() > before + 20 || !wrong.isEmpty());
    check();
  }

  /** Fails when something was not answered as it should be. */
  void check() {
    Throwable cause = wrong.peek();
    if (cause != null) {
      throw new AssertionError("%d requests went wrong; the first".formatted(wrong.size()), cause);
    }
  }

  /** Waits for the end of all jobs and counts every row; returns what there was. */
  String finish() {
    close();
    check();
    assertThat(jobs).isNotEmpty();
    jobs.forEach(
        (id, job) -> {
          try (Poller poller = new Poller(job.tenant().api(), id)) {
            JsonNode ended = poller.toEnd(PATIENCE);
            assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("completed");
          }
          stack.table().assertEachRowOnce("transactions", id, job.rows(), 0, 0);
        });
    for (Stack.Tenant tenant : uploaders) {
      assertThat(
              stack
                  .table()
                  .count("SELECT count(*) FROM import_job WHERE organization_id = ?", tenant.id()))
          .as("nothing came of an upload that was refused")
          .isEqualTo(jobs.values().stream().filter(job -> job.tenant().equals(tenant)).count());
    }
    return "%d requests were answered, %d refused while the api-service was away; %d jobs, each row once."
        .formatted(answered.get(), refused.get(), jobs.size());
  }

  @Override
  public void close() {
    enough = true;
    for (Thread thread : threads) {
      // Who waits for a job that stands still is not waited for. An upload is, or it would not be
      // known what came of it.
      if (thread.getName().equals(WAITS) || thread.getName().equals(STREAMS)) {
        thread.interrupt();
      }
      try {
        thread.join(PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void begin(String name, Runnable request) {
    Thread thread =
        new Thread(
            () -> {
              while (!enough) {
                request.run();
                LockSupport.parkNanos(PAUSE.toNanos());
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void importOne(Stack.Tenant tenant) {
    String csv = Generated.transactions("call-" + UUID.randomUUID(), ROWS);
    Api.Answer answer = ask(() -> tenant.api().upload(Api.TRANSACTIONS, csv, Map.of()));
    if (answer == null) {
      return;
    }
    String id = answer.body().path("jobId").asText();
    accepted(tenant, id, ROWS);
    while (!enough) {
      Api.Answer now = ask(() -> tenant.api().get("/batch-import/jobs/" + id));
      if (now != null && !now.body().path("job").path("completedAt").isNull()) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Null when there was no answer, or none but that the service is not there. */
  private <T> @Nullable T ask(Request<T> request) {
    boolean mayBeRefused = apiIsStopping;
    try {
      T answer = request.send();
      if (answer instanceof Api.Answer it) {
        assertThat(it.status()).as(it.body().toString()).isIn(200, 202);
      }
      answered.incrementAndGet();
      return answer;
    } catch (UncheckedIOException | AssertionError e) {
      if (mayBeRefused) {
        refused.incrementAndGet();
      } else if (!enough) {
        wrong.add(e);
      }
      return null;
    } catch (RuntimeException e) {
      if (!enough) {
        wrong.add(e);
      }
      return null;
    }
  }

  private static String pausedJob(Api api) {
    String id =
        api.accepted(
            Api.TRANSACTIONS,
            Generated.transactions("paused-" + UUID.randomUUID(), 100_000),
            Map.of());
    Api.Answer paused = api.post("/batch-import/jobs/" + id + "/control", "{\"action\":\"pause\"}");
    assertThat(paused.status()).as(paused.body().toString()).isEqualTo(200);
    return id;
  }
}
