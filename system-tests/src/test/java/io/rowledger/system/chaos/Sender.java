package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Caller.Answer;
import io.rowledger.system.chaos.Caller.Reply;
import io.rowledger.system.chaos.Caller.Silence;
import io.rowledger.system.chaos.Ledger.Knowledge;
import io.rowledger.system.chaos.Ledger.Sent;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Sends an upload as a careful client does: under a key again and again, without one only once. */
final class Sender {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Service service;
  private final Ledger ledger;
  private final Violations violations;

  Sender(Service service, Ledger ledger, Violations violations) {
    this.service = service;
    this.ledger = ledger;
    this.violations = violations;
  }

  /** Sends until there is an answer that says how it is; returns the job, or null for none. */
  @Nullable LedgerJob send(Plan plan) {
    String route = Rendering.route(plan);
    Caller.Body body = Rendering.body(plan);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Knowledge knowledge = Knowledge.REFUSED;
    UUID named = null;
    do {
      Reply reply = service.post(route, plan.tenant().key(), headers(plan), body);
      if (reply instanceof Silence) {
        knowledge = Knowledge.UNKNOWN;
      } else if (reply instanceof Answer answer) {
        UUID job = jobOf(answer);
        if (named != null && job != null && !named.equals(job)) {
          wasNeverMade(named, plan);
        }
        named = job == null ? named : job;
        if (answer.status() == 202 || answer.status() == 200) {
          return accepted(plan, answer, named, route, body);
        }
        if (answer.code().equals("OUTCOME_UNKNOWN")) {
          knowledge = Knowledge.UNKNOWN;
        } else if (answer.status() < 500) {
          refused(plan, answer);
          break;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    } while (plan.idempotencyKey() != null && System.nanoTime() < deadline);
    ledger.sent(new Sent(plan, knowledge, named));
    return null;
  }

  private @Nullable LedgerJob accepted(
      Plan plan, Answer answer, @Nullable UUID named, String route, Caller.Body body) {
    if (named == null) {
      violations.add("upload " + plan.label(), "a jobId", answer.toString());
      return null;
    }
    ledger.sent(new Sent(plan, Knowledge.ACCEPTED, named));
    LedgerJob job = ledger.add(new LedgerJob(named, new LedgerJob.Upload(plan)));
    isThereAtOnce(job);
    if (plan.idempotencyKey() != null && ThreadLocalRandom.current().nextInt(5) == 0) {
      Reply again = service.post(route, plan.tenant().key(), headers(plan), body);
      if (again instanceof Answer second && second.status() < 500) {
        violations.expect(
            named.equals(jobOf(second))
                && second.headers().firstValue("Idempotency-Replayed").isPresent(),
            job.toString(),
            "the same job, replayed",
            second);
      }
    }
    return job;
  }

  /**
   * A job that an OUTCOME_UNKNOWN named may not have come to be; only then may the same key make
   * another one.
   */
  private void wasNeverMade(UUID job, Plan plan) {
    Reply reply = service.job(job, plan.tenant());
    if (reply instanceof Answer answer && answer.status() < 500) {
      violations.expect(
          answer.status() == 404, "upload " + plan.label(), "no second job " + job, answer);
    }
  }

  /** What was acknowledged is there, whoever is asked. */
  private void isThereAtOnce(LedgerJob job) {
    Reply reply = service.job(job.id(), job.tenant());
    if (reply instanceof Answer answer && answer.status() < 500) {
      violations.expect(answer.status() == 200, job.toString(), "a job after its 202", answer);
    }
  }

  /** The job that an upload is to run after may have come to another end meanwhile. */
  private void refused(Plan plan, Answer answer) {
    boolean tooMany = answer.status() == 429;
    boolean afterEnded =
        plan.after() != null
            && answer.status() == 400
            && answer.body().toString().contains("will not complete");
    violations.expect(
        tooMany || afterEnded, "upload " + plan.label() + " " + plan, "to be accepted", answer);
  }

  private static Map<String, String> headers(Plan plan) {
    String key = plan.idempotencyKey();
    return key == null ? Map.of() : Map.of("Idempotency-Key", key);
  }

  private static @Nullable UUID jobOf(Answer answer) {
    String id = answer.body().path("jobId").asText();
    return id.isEmpty() ? null : UUID.fromString(id);
  }
}
