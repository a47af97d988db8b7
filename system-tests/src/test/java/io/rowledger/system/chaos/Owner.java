package io.rowledger.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.system.chaos.Caller.Answer;
import io.rowledger.system.chaos.Caller.Body;
import io.rowledger.system.chaos.Caller.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** Cannot leave jobs alone: pauses, resumes, cancels, retries and commits them. */
final class Owner {
  private static final Set<Integer> FINE = Set.of(200, 202, 503);

  private final Service service;
  private final Ledger ledger;
  private final Violations violations;
  private final Random random;

  Owner(Service service, Ledger ledger, Violations violations, Random random) {
    this.service = service;
    this.ledger = ledger;
    this.violations = violations;
    this.random = random;
  }

  /** Does one thing to one job. */
  void actOnce() {
    List<LedgerJob> open = ledger.open();
    boolean rerun = random.nextInt(3) == 0 || open.isEmpty();
    if (rerun) {
      rerun();
      return;
    }
    LedgerJob job = open.get(random.nextInt(open.size()));
    switch (random.nextInt(6)) {
      case 0 -> cancel(job);
      case 1 -> control(job, "resume");
      case 2 -> {
        // Of a dependant not much can be seen otherwise.
        if (job.after() == null) {
          pauseForAWhile(job);
        }
      }
      default -> pauseForAWhile(job);
    }
  }

  /** Lets a job go on, if it is there to go on. */
  void resume(LedgerJob job) {
    control(job, "resume");
  }

  private void cancel(LedgerJob job) {
    job.askCancel();
    Reply reply = control(job, "cancel");
    if (reply.is(200)) {
      JsonNode cancelled = ((Answer) reply).job();
      violations.expect(
          cancelled.path("status").asText().equals("cancelled"),
          job.toString(),
          "cancelled after a cancel",
          cancelled);
      staysAsItIs(job, cancelled, "a cancelled job to stay as it was answered");
    }
  }

  private void pauseForAWhile(LedgerJob job) {
    Reply reply = control(job, "pause");
    if (!reply.is(200)) {
      return;
    }
    JsonNode paused = ((Answer) reply).job();
    LockSupport.parkNanos(Duration.ofMillis(100 + random.nextInt(1_500)).toNanos());
    if (paused.path("phase").asText().equals("paused")) {
      staysAsItIs(job, paused, "a paused job to hold still");
    }
    control(job, "resume");
  }

  private void staysAsItIs(LedgerJob job, JsonNode before, String expected) {
    Reply reply = service.job(job.id(), job.tenant());
    if (reply.is(200)) {
      JsonNode now = ((Answer) reply).job();
      boolean still =
          List.of("status", "phase", "succeeded", "failed", "skipped").stream()
              .allMatch(name -> now.path(name).equals(before.path(name)));
      violations.expect(still, job.toString(), expected, before + " and then " + now);
    }
  }

  private Reply control(LedgerJob job, String action) {
    Reply reply = service.control(job, action);
    // An ended job refuses everything but what it has come to already.
    checked(job, action, reply, Set.of("INVALID_TRANSITION"));
    return reply;
  }

  private void rerun() {
    List<LedgerJob> ended =
        ledger.jobs().stream()
            .filter(job -> job.answers().hasEnded() && job.successor() == null)
            .toList();
    if (ended.isEmpty()) {
      return;
    }
    LedgerJob parent = ended.get(random.nextInt(ended.size()));
    if (!parent.dryRun()) {
      retry(parent, random.nextBoolean());
    } else if (parent.answers().status().equals("completed")) {
      commit(parent);
    }
  }

  private void retry(LedgerJob parent, boolean onlyFailed) {
    LedgerJob.Retry retry = new LedgerJob.Retry(parent, onlyFailed);
    if (parent.succeededBy(retry)) {
      String body = onlyFailed ? "{\"rows\":\"failed\"}" : "{}";
      submit(parent, "retry", body, retry, Set.of("NOTHING_TO_RETRY", "TOO_MANY_JOBS"));
    }
  }

  private void commit(LedgerJob parent) {
    LedgerJob.Commit commit = new LedgerJob.Commit(parent);
    if (parent.succeededBy(commit)) {
      submit(parent, "commit", "{}", commit, Set.of("TOO_MANY_JOBS"));
    }
  }

  private void submit(
      LedgerJob parent, String what, String body, LedgerJob.Source source, Set<String> refusals) {
    String path = "/batch-import/jobs/" + parent.id() + "/" + what;
    Map<String, String> headers = Map.of("Idempotency-Key", what + "-" + parent.id());
    for (int tries = 0; tries < 3; tries++) {
      Reply reply = service.post(path, parent.tenant().key(), headers, Body.json(body));
      checked(parent, what, reply, refusals);
      if (reply instanceof Answer answer && answer.status() < 500) {
        String id = answer.body().path("jobId").asText();
        if (!id.isEmpty()) {
          ledger.add(new LedgerJob(UUID.fromString(id), source));
        }
        return;
      }
    }
  }

  private void checked(LedgerJob job, String action, Reply reply, Set<String> refusals) {
    if (reply instanceof Answer answer) {
      violations.expect(
          FINE.contains(answer.status()) || refusals.contains(answer.code()),
          job.toString(),
          action + " to be done, or refused for a reason",
          answer);
    }
  }
}
