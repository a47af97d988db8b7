package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.system.LeaseLog.HandOver;
import io.rowledger.system.LeaseLog.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long a job stands still when its worker is killed, and when its worker is stopped in order,
 * and that nothing is lost on the way. The times are written to {@code target/takeover-times.md};
 * what is asserted is that every row is there once, that an orderly stop counts no attempt, and
 * that somebody goes on at all.
 */
@OnTwoWorkers
class TakeoverTimesIT {
  private static final int ROWS = 100_000;
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration TAKEN_OVER_WITHIN = LEASE.plusSeconds(5);
  private static final Duration HANDED_OVER_WITHIN = Duration.ofSeconds(1);

  /** Not a promise: a machine that is busy with other things is late, but not by so much. */
  private static final Duration SLACK = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> WORKERS = List.of("import-worker-1", "import-worker-2");
  private static final TakeoverReport REPORT =
      new TakeoverReport(
          "takeover-times.md", "Leases of 3 s, sweep every 500 ms, the database's clock.");

  private final Stack stack = Stacks.twoWorkers();
  private final Stack.Tenant tenant = stack.newTenant();
  private LeaseLog log;

  @BeforeEach
  void writeDown() {
    WORKERS.forEach(stack::awaitAtWork);
    log = LeaseLog.begin(stack.table());
  }

  /** Other tests find both workers at work, as they left them. */
  @AfterEach
  void bothWork() {
    log.close();
    WORKERS.forEach(stack::awaitAtWork);
  }

  @Test
  @Tag("full")
  void fiftyKilledWorkersJobsAreTakenOver() {
    kill(50);
  }

  @Test
  void workersThatAreRestartedInOrderHandTheirJobsOver() {
    restart(2);
  }

  @Test
  @Tag("full")
  void fiftyHandOversInALoopOfRollingRestarts() {
    restart(50);
  }

  private void kill(int times) {
    List<Duration> toExpiry = new ArrayList<>();
    List<Duration> toClaim = new ArrayList<>();
    for (int i = 1; i <= times; i++) {
      // Given a job in the middle, and a second worker that could go on
      WORKERS.forEach(stack::awaitAtWork);
      String jobId =
          tenant
              .api()
              .accepted(
                  Api.TRANSACTIONS,
                  Generated.transactions("kill-" + i + "-" + UUID.randomUUID(), ROWS),
                  Map.of("batchErrorHandling", "continue_collect_errors"));
      try (Poller poller = new Poller(tenant.api(), jobId)) {
        poller.untilSucceeded(1, PATIENCE);
        long killed = stack.table().holder(jobId).orElseThrow();

        // When
        Instant at = LeaseLog.now(stack.table());
        Stack.signal("KILL", killed);

        // Then
        await("another worker claims job " + jobId)
            .atMost(TAKEN_OVER_WITHIN.plus(SLACK))
            .pollInterval(Duration.ofMillis(50))
            .until(() -> log.claimedAfter(jobId, killed).isPresent());
        Move claim = log.claimedAfter(jobId, killed).orElseThrow();
        Move swept =
            log.moves(jobId).stream()
                .filter(move -> move.givenBackBy(killed))
                .reduce((first, last) -> last)
                .orElseThrow();
        toExpiry.add(Duration.between(at, swept.at()));
        toClaim.add(Duration.between(at, claim.at()));
        assertThat(swept.attempts()).as("a killed worker counts").isEqualTo(1);
        assertAllIn(poller.toEnd(PATIENCE), ROWS);
      }
      stack.table().assertEachRowOnce("transactions", jobId, ROWS, 0, 0);
      REPORT.put("kill -9 → given back by the sweep", toExpiry, TAKEN_OVER_WITHIN);
      REPORT.put("kill -9 → claimed by the other worker", toClaim, TAKEN_OVER_WITHIN);
    }
  }

  /** One worker after the other, round and round, while two organisations import. */
  private void restart(int handOvers) {
    List<Duration> times = new ArrayList<>();
    List<Duration> toExit = new ArrayList<>();
    Set<Long> stopped = new HashSet<>();
    int restarts = 0;
    try (Importing one = new Importing(stack, 40_000);
        Importing other = new Importing(stack, ROWS)) {
      while (times.size() < handOvers) {
        for (String worker : WORKERS) {
          // Given both at work
          WORKERS.forEach(stack::awaitAtWork);
          long pid = stack.pid(worker);
          one.check();
          other.check();
          await("a job to hand over")
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(5))
              .until(() -> log.holdsAny(pid) || other.doneSinceAsked());

          // When
          Instant at = LeaseLog.now(stack.table());
          Stack.signal("TERM", pid);
          stopped.add(pid);
          restarts++;

          // Then
          ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
          toExit.add(Duration.between(at, LeaseLog.now(stack.table())));
          await("whatever it gave back is claimed")
              .atMost(HANDED_OVER_WITHIN.plus(SLACK))
              .until(() -> log.moves().stream().noneMatch(move -> waits(move, pid)));
          log.handOvers(pid, at).stream().map(HandOver::took).forEach(times::add);
          REPORT.put("orderly stop: given back → claimed", times, HANDED_OVER_WITHIN);
          REPORT.put("orderly stop: SIGTERM → end of the process", toExit, null);
        }
      }
      int jobs = one.finish() + other.finish();
      REPORT.say(
          "%d jobs were imported during %d orderly restarts of %d workers."
              .formatted(jobs, restarts, WORKERS.size()));
    }
    List<Move> moves = log.moves();
    assertThat(moves).as("no attempt is counted").allMatch(move -> move.attempts() <= 0);
    assertThat(moves)
        .filteredOn(move -> move.leftBy() != null && stopped.contains(move.leftBy()))
        .as("the handed over jobs go on where they were")
        .isNotEmpty();
  }

  /** Given back by that worker, and nothing has happened to the job since. */
  private boolean waits(Move move, long pid) {
    return move.givenBackBy(pid)
        && log.moves(move.job()).stream().reduce((first, last) -> last).orElseThrow().equals(move);
  }

  private static void assertAllIn(JsonNode job, int rows) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("succeeded").asInt()).isEqualTo(rows);
  }
}
