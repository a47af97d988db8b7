package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads one job over and over from another thread, as an impatient client would, and checks in
 * every answer what must be true in every answer.
 */
final class Poller implements AutoCloseable {
  private static final Set<String> TERMINAL =
      Set.of("completed", "failed", "cancelled", "interrupted");

  /** Without it one core does nothing but ask and answer, and what is waited for comes later. */
  private static final Duration BREATH = Duration.ofMillis(4);

  private final Api api;
  private final String jobId;
  private final boolean apiMayDie;
  private final Thread thread;
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicReference<@Nullable JsonNode> last = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
  private volatile boolean closed;

  Poller(Api api, String jobId) {
    this(api, jobId, false);
  }

  /** One that asks again when there is no answer at all: where the API is what dies. */
  static Poller acrossRestarts(Api api, String jobId) {
    return new Poller(api, jobId, true);
  }

  private Poller(Api api, String jobId, boolean apiMayDie) {
    this.api = api;
    this.jobId = jobId;
    this.apiMayDie = apiMayDie;
    thread = new Thread(this::poll, "poller");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for the job's end; returns the job as it ended. */
  JsonNode toEnd(Duration patience) {
    await("end of job " + jobId)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              rethrow();
              JsonNode seen = last.get();
              return seen != null && isTerminal(seen);
            });
    int enough = answers.get() + 3;
    // A few answers more: what is terminal must stay as it is.
    await().atMost(Duration.ofSeconds(30)).until(() -> answers.get() >= enough || failed());
    close();
    return lastSeen();
  }

  /** Waits until so many rows are in. */
  JsonNode untilSucceeded(int rows, Duration patience) {
    await(rows + " rows of job " + jobId)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              rethrow();
              JsonNode seen = last.get();
              return seen != null && seen.path("succeeded").asInt() >= rows;
            });
    return lastSeen();
  }

  JsonNode lastSeen() {
    JsonNode seen = last.get();
    if (seen == null) {
      throw new IllegalStateException("No answer yet");
    }
    return seen;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    rethrow();
  }

  private void poll() {
    while (!closed) {
      LockSupport.parkNanos(BREATH.toNanos());
      try {
        Api.Answer answer = api.get("/batch-import/jobs/" + jobId);
        // A dependency may be away; it must say so, and nothing else.
        assertThat(answer.status()).as(answer.body().toString()).isIn(200, 503);
        if (answer.status() == 200) {
          check(answer.body().path("job"));
        }
      } catch (UncheckedIOException noAnswer) {
        if (!apiMayDie) {
          broken.set(noAnswer);
          return;
        }
      } catch (Throwable e) {
        broken.set(e);
        return;
      }
    }
  }

  private void check(JsonNode job) {
    assertThat(job.path("unprocessed").isInt()).isTrue();
    int accounted = 0;
    for (String counter : new String[] {"succeeded", "failed", "skipped", "unprocessed"}) {
      assertThat(job.path(counter).asInt()).as(counter).isNotNegative();
      accounted += job.path(counter).asInt();
    }
    assertThat(accounted).as(job.toString()).isEqualTo(job.path("totalItems").asInt());
    JsonNode before = last.get();
    if (before != null) {
      for (String counter : new String[] {"succeeded", "failed", "skipped"}) {
        assertThat(job.path(counter).asInt())
            .as("%s only rises", counter)
            .isGreaterThanOrEqualTo(before.path(counter).asInt());
      }
      if (isTerminal(before)) {
        assertThat(job).as("a terminal job never changes").isEqualTo(before);
      }
    }
    last.set(job);
    answers.incrementAndGet();
  }

  private static boolean isTerminal(JsonNode job) {
    return TERMINAL.contains(job.path("status").asText());
  }

  private boolean failed() {
    return broken.get() != null;
  }

  private void rethrow() {
    Throwable cause = broken.get();
    if (cause != null) {
      throw new AssertionError("In an answer about job " + jobId, cause);
    }
  }
}
