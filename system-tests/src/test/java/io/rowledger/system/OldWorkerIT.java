package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * In the middle of an update: a worker of an earlier commit and one of this build work side by side
 * on the new schema, and on one that is newer than both know.
 */
@Tag("full")
class OldWorkerIT {
  /**
   * The first commit that reads every codec which is written now. To be moved forward with each
   * release, to the release before.
   */
  private static final String OLD =
      System.getProperty("rowledger.old-commit", "cdaba104d145a2e95fc4397e2228a8f8dd02e9d4");

  /**
   * What the next release may do to the tables while these workers import: see upgrades.md. Each in
   * a transaction of its own. All in one had a deadlock with the transaction of a chunk, which
   * locks the same tables in another order.
   */
  private static final List<String> EXPAND =
      List.of(
          "ALTER TABLE import_job ADD COLUMN from_the_future text, ADD COLUMN counted integer NOT NULL DEFAULT 0",
          "ALTER TABLE import_row_result ADD COLUMN from_the_future text",
          "ALTER TABLE transactions ADD COLUMN from_the_future jsonb",
          "ALTER TABLE upload_chunk ADD COLUMN from_the_future text",
          "ALTER TABLE outbox ADD COLUMN from_the_future text",
          "CREATE TABLE from_the_future (id uuid PRIMARY KEY, organization_id uuid NOT NULL)",
          """
          INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, installed_by,
              execution_time, success)
          SELECT max(installed_rank) + 1, '9999', 'from the future', 'SQL', 'V9999__from_the_future.sql', 'test', 1, true
            FROM flyway_schema_history
          """);

  private static final int ROWS = 60_000;
  private static final int MANY_ROWS = 300_000;
  private static final int BAD_EVERY = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String NEW = "import-worker-1";

  /** A job, and whom it belongs to. */
  private record Job(Api api, String id, int rows) {}

  @Test
  void anOldAndANewWorkerImportSideBySide() {
    OldVersion oldVersion = OldVersion.of(OLD);
    try (Stack stack =
            Stack.start("old-and-new", "--workers", "1", "--worker-java-opts", Stack.SHORT_LEASES);
        LeaseLog log = LeaseLog.begin(stack.table());
        OldVersion.Worker old = oldVersion.start(stack, "old-worker-1", Stack.SHORT_LEASES)) {
      awaitReady(stack, "old-worker-1", old.pid());
      awaitReady(stack, NEW, stack.pid(NEW));

      // When the tables grow while both import
      List<Job> jobs = new ArrayList<>();
      await("both at work")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                boolean oldOne = log.holdsAny(old.pid());
                boolean newOne = log.holdsAny(stack.pid(NEW));
                if (!oldOne && !newOne) {
                  // One of them may have been quick enough to do all that were there.
                  jobs.addAll(submit(stack, 4, ROWS));
                }
                return oldOne && newOne;
              });
      EXPAND.forEach(change -> LeaseLog.run(stack.table(), change));
      jobs.addAll(submit(stack, 4, ROWS));

      // Then
      jobs.forEach(job -> assertExact(stack, job));
      assertThat(endedBy(log, old.pid())).as("jobs that the old worker ended").isPositive();
      assertThat(endedBy(log, stack.pid(NEW))).as("and the new one").isPositive();

      // And one job goes on in the other version, and back again
      Job job = submit(stack, 1, MANY_ROWS).get(0);
      try (Poller poller = new Poller(job.api(), job.id())) {
        poller.untilSucceeded(1, PATIENCE);
      }
      long holder = stack.table().holder(job.id()).orElseThrow();
      if (holder == old.pid()) {
        thereAndBack(stack, log, job, "old-worker-2", oldVersion);
      } else {
        thereAndBack(stack, log, job, NEW, oldVersion);
      }
      assertExact(stack, job);

      // And an api-service starts on a schema that is newer than itself
      stack.restartTheApi();
      submit(stack, 1, ROWS).forEach(last -> assertExact(stack, last));
      assertThat(log.moves()).as("no attempt is counted").allMatch(move -> move.attempts() <= 0);
    }
  }

  /**
   * Stops the version that has the job, has the other one go on and hold still, and gives the job
   * to the first version again.
   *
   * @param first the log of the version that has the job, once it is started again
   */
  private static void thereAndBack(
      Stack stack, LeaseLog log, Job job, String first, OldVersion oldVersion) {
    long holder = stack.table().holder(job.id()).orElseThrow();
    Stack.signal("TERM", holder);
    await("the other version goes on")
        .atMost(PATIENCE)
        .until(() -> log.claimedAfter(job.id(), holder).isPresent());
    long other = stack.table().holder(job.id()).orElseThrow();
    int before = succeeded(stack, job);
    await("and gets on").atMost(PATIENCE).until(() -> succeeded(stack, job) > before);
    control(job, "pause");
    assertThat(succeeded(stack, job)).isLessThan(MANY_ROWS - MANY_ROWS / BAD_EVERY);

    OldVersion.Worker again =
        first.equals(NEW) ? null : oldVersion.start(stack, first, Stack.SHORT_LEASES);
    try {
      long back =
          again == null
              ? await().atMost(PATIENCE).until(() -> stack.pid(NEW), pid -> pid != holder)
              : again.pid();
      awaitReady(stack, first, back);
      Stack.signal("TERM", other);
      ProcessHandle.of(other).ifPresent(process -> process.onExit().join());
      control(job, "resume");
      await("the first version has it again")
          .atMost(PATIENCE)
          .until(
              () ->
                  log.moves(job.id()).stream()
                      .anyMatch(move -> move.takenBy() != null && move.takenBy() == back));
      assertExact(stack, job);
    } finally {
      if (again != null) {
        again.close();
      }
    }
  }

  private static List<Job> submit(Stack stack, int jobs, int rows) {
    List<Job> submitted = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      Api api = stack.newTenant().api();
      String csv = Generated.transactions("side-by-side", rows, BAD_EVERY);
      String id =
          api.accepted(
              Api.TRANSACTIONS, csv, Map.of("batchErrorHandling", "continue_collect_errors"));
      submitted.add(new Job(api, id, rows));
    }
    return submitted;
  }

  private static void assertExact(Stack stack, Job job) {
    int bad = job.rows() / BAD_EVERY;
    try (Poller poller = new Poller(job.api(), job.id())) {
      JsonNode ended = poller.toEnd(PATIENCE);
      assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("completed");
      assertThat(ended.path("succeeded").asInt()).isEqualTo(job.rows() - bad);
      assertThat(ended.path("failed").asInt()).isEqualTo(bad);
    }
    stack.table().assertEachRowOnce("transactions", job.id(), job.rows() - bad, bad, 0);
  }

  private static void control(Job job, String action) {
    Api.Answer answer =
        job.api()
            .post(
                "/batch-import/jobs/" + job.id() + "/control",
                "{\"action\":\"%s\"}".formatted(action));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
  }

  private static int succeeded(Stack stack, Job job) {
    return Math.toIntExact(
        stack
            .table()
            .count("SELECT succeeded FROM import_job WHERE id = ?", UUID.fromString(job.id())));
  }

  private static long endedBy(LeaseLog log, long pid) {
    return log.moves().stream()
        .filter(move -> !move.open() && move.leftBy() != null && move.leftBy() == pid)
        .count();
  }

  private static void awaitReady(Stack stack, String worker, long pid) {
    await(worker + " claims jobs")
        .atMost(PATIENCE)
        .until(
            () ->
                stack.log(worker).stream()
                    .anyMatch(
                        line ->
                            line.contains("worker-" + pid + "-") && line.contains("claims jobs")));
  }
}
