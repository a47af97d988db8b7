package io.rowledger.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.system.chaos.Caller.Answer;
import io.rowledger.system.chaos.Caller.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Asks for every job over and over, and checks each answer. */
final class Watcher implements AutoCloseable {
  private static final int THREADS = 3;
  private static final int FAILURES_EVERY = 7;
  private static final Duration PAUSE = Duration.ofMillis(40);

  private final Service service;
  private final Ledger ledger;
  private final Violations violations;
  private final LongAdder polls = new LongAdder();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  Watcher(Service service, Ledger ledger, Violations violations) {
    this.service = service;
    this.ledger = ledger;
    this.violations = violations;
    for (int number = 0; number < THREADS; number++) {
      int mine = number;
      Thread thread = new Thread(() -> watch(mine), "watcher-" + number);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /** Answers that were checked. */
  long polls() {
    return polls.sum();
  }

  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      try {
        thread.join(30_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A job belongs to one thread: what it hears of it has an order. */
  private void watch(int mine) {
    try {
      int round = 0;
      while (!closed) {
        round++;
        for (LedgerJob job : ledger.jobs()) {
          boolean ours = Math.floorMod(job.id().hashCode(), THREADS) == mine;
          if (ours && !closed && (!job.answers().hasEnded() || isDue(job, round))) {
            ask(job);
          }
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    } catch (RuntimeException e) {
      violations.add("watcher", "no exception", e.toString());
    }
  }

  /** Ended jobs are looked at now and then: they must stay as they are. */
  private static boolean isDue(LedgerJob job, int round) {
    return Math.floorMod(round + job.id().hashCode(), 50) == 0;
  }

  private void ask(LedgerJob job) {
    Reply reply = service.job(job.id(), job.tenant());
    if (!(reply instanceof Answer answer) || answer.status() >= 500) {
      return;
    }
    polls.increment();
    if (answer.status() != 200) {
      violations.add(job.toString(), "200", answer.toString());
      return;
    }
    job.answers().check(answer.job(), job.toString(), violations);
    if (job.answers().count() % FAILURES_EVERY == 0) {
      askFailures(job);
    }
  }

  private void askFailures(LedgerJob job) {
    Reply reply = service.get(job.kind().jobs() + job.id() + "/failures", job.tenant());
    if (!(reply instanceof Answer answer) || answer.status() >= 500) {
      return;
    }
    polls.increment();
    JsonNode body = answer.body();
    int listed = body.path("failures").size();
    int failed = body.path("failed").asInt(-1);
    boolean agree =
        body.path("truncated").asBoolean() ? listed <= failed : listed == failed && failed >= 0;
    violations.expect(
        answer.status() == 200 && agree,
        job.toString(),
        "as many failures as are counted",
        answer.status() + " with " + listed + " failures of " + failed);
  }
}
