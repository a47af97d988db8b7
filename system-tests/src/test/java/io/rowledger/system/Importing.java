package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An organisation that imports one file after the other, each in another mode, and counts every row
 * when a job has ended.
 */
final class Importing implements AutoCloseable {
  private static final int BAD_EVERY = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final List<String> MODES =
      List.of("continue_collect_errors", "stop_keep_success", "rollback_all");

  private final Stack stack;
  private final int rows;
  private final Stack.Tenant tenant;
  private final Thread thread;
  private final AtomicInteger jobs = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
  private volatile boolean enough;
  private int asked;

  /**
   * Begins at once.
   *
   * @param rows of each file
   */
  Importing(Stack stack, int rows) {
    this.stack = stack;
    this.rows = rows;
    tenant = stack.newTenant();
    thread = new Thread(this::importOneAfterTheOther, "importing");
    thread.setDaemon(true);
    thread.start();
  }

  /** Fails when a job was not as it should be. */
  void check() {
    Throwable cause = broken.get();
    if (cause != null) {
      throw new AssertionError("while importing", cause);
    }
  }

  /** Whether a job has ended since this was last asked and true. */
  boolean doneSinceAsked() {
    check();
    int now = jobs.get();
    boolean more = now > asked;
    asked = now;
    return more;
  }

  /** Waits for the end of the last job; returns how many there were. */
  int finish() {
    close();
    check();
    assertThat(jobs.get()).isPositive();
    return jobs.get();
  }

  @Override
  public void close() {
    enough = true;
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void importOneAfterTheOther() {
    try {
      for (int i = 0; !enough; i++) {
        importOne(MODES.get(i % MODES.size()), i);
        jobs.incrementAndGet();
      }
    } catch (Throwable e) {
      broken.set(e);
    }
  }

  private void importOne(String mode, int number) {
    boolean collect = mode.equals("continue_collect_errors");
    int bad = collect ? rows / BAD_EVERY : 0;
    String jobId =
        tenant
            .api()
            .accepted(
                Api.TRANSACTIONS,
                Generated.transactions(
                    "file-" + number + "-" + UUID.randomUUID(),
                    rows,
                    collect ? BAD_EVERY : Integer.MAX_VALUE),
                Map.of("batchErrorHandling", mode));
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      JsonNode job = poller.toEnd(PATIENCE);
      assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
      assertThat(job.path("succeeded").asInt()).isEqualTo(rows - bad);
      assertThat(job.path("failed").asInt()).isEqualTo(bad);
    }
    stack.table().assertEachRowOnce("transactions", jobId, rows - bad, bad, 0);
  }
}
