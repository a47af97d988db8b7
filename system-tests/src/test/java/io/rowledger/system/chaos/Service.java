package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Caller.Answer;
import io.rowledger.system.chaos.Caller.Body;
import io.rowledger.system.chaos.Caller.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/** Both APIs, as one: whoever asks is answered by either. */
final class Service {
  private static final Duration READ = Duration.ofSeconds(10);
  private static final Duration WRITE = Duration.ofSeconds(25);

  private final Caller caller = new Caller();
  private final List<String> urls;
  private final Violations violations;
  private final LongAdder answered = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final LongAdder unavailable = new LongAdder();

  Service(List<String> urls, Violations violations) {
    this.urls = List.copyOf(urls);
    this.violations = violations;
  }

  Reply get(String path, Tenant tenant) {
    return count(caller.get(url() + path, tenant.key(), READ), path);
  }

  Reply post(String path, String key, Map<String, String> headers, Body body) {
    return count(caller.post(url() + path, key, headers, body, WRITE), path);
  }

  Reply job(UUID id, Tenant tenant) {
    return get("/batch-import/jobs/" + id, tenant);
  }

  /** Pauses, resumes or cancels. */
  Reply control(LedgerJob job, String action) {
    return post(
        "/batch-import/jobs/" + job.id() + "/control",
        job.tenant().key(),
        Map.of(),
        Body.json("{\"action\":\"" + action + "\"}"));
  }

  long answered() {
    return answered.sum();
  }

  long unanswered() {
    return unanswered.sum();
  }

  long unavailable() {
    return unavailable.sum();
  }

  /** A dependency may be away; then the service says so, and it never says another 5xx. */
  private Reply count(Reply reply, String path) {
    if (reply instanceof Answer answer) {
      answered.increment();
      if (answer.status() >= 500) {
        unavailable.increment();
        violations.expect(
            answer.status() == 503
                && Set.of("SERVICE_UNAVAILABLE", "OUTCOME_UNKNOWN").contains(answer.code()),
            path,
            "no 5xx but the 503 that is documented",
            answer);
      }
    } else {
      unanswered.increment();
    }
    return reply;
  }

  /** One of the two. */
  String url() {
    return urls.get(ThreadLocalRandom.current().nextInt(urls.size()));
  }
}
