package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.job.JobTransitions.Command;
import io.rowledger.core.job.JobTransitions.State;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Whatever happens to a few jobs in whatever order, with workers that hold the lease and with ones
 * that only believe so: each job goes as the state machine says, its counters are those of the
 * moves that were done, and what has ended stays as it is.
 */
class RandomMovesTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final int STEPS = 100;
  private static final int MOST_JOBS = 12;

  /** A job as it should be. */
  private static final class Model {
    final JobId id;
    final ErrorHandling handling;
    final @Nullable Model after;
    final List<Lease> leases = new ArrayList<>();
    State state = new State(JobStatus.QUEUED, false);
    Counts counts = Counts.ZERO;
    @Nullable String end;
    @Nullable JobId retryOf;

    Model(JobId id, ErrorHandling handling, @Nullable Model after) {
      this.id = id;
      this.handling = handling;
      this.after = after;
    }

    boolean claimable() {
      return JobTransitions.after(state, Command.CLAIM).isPresent()
          && (after == null || after.state.status() == JobStatus.COMPLETED);
    }

    boolean hasLostItsDependency() {
      return after != null
          && after.state.status().terminal()
          && after.state.status() != JobStatus.COMPLETED
          && JobTransitions.after(state, Command.LOSE_DEPENDENCY).isPresent();
    }

    void move(Command command) {
      state = JobTransitions.after(state, command).orElseThrow();
    }
  }

  private final LeaseRepository leases = new LeaseRepository();
  private final ControlRepository control = new ControlRepository();
  private final TakeoverRepository takeovers = new TakeoverRepository();
  private final Map<JobId, Model> jobs = new HashMap<>();
  private final List<Model> order = new ArrayList<>();
  private final Session session = DATABASE.openSession();
  private Random random = new Random(0);
  private OrgId organization;

  @BeforeEach
  void forgetOtherJobs() {
    DATABASE.clear();
    organization = DATABASE.organization();
  }

  @AfterEach
  void closeSession() {
    session.close();
  }

  @RepeatedTest(6)
  void noOrderOfEventsBreaksAJob(RepetitionInfo repetition) {
    long seed =
        Long.getLong("rowledger.seed", System.nanoTime() + repetition.getCurrentRepetition());
    random = new Random(seed);
    for (ErrorHandling handling : ErrorHandling.values()) {
      Model first =
          add(DATABASE.job(organization, 1 + random.nextInt(4), handling, 1), handling, null);
      JobId second = DATABASE.job(organization, 1 + random.nextInt(3), handling, 1);
      DATABASE.runAfter(second, first.id);
      add(second, handling, first);
    }
    StringBuilder story = new StringBuilder("-Drowledger.seed=" + seed);

    for (int step = 0; step < STEPS; step++) {
      story.append("\n").append(step).append(": ");
      oneStep(story);
      order.forEach(job -> check(job, story));
    }
    finishEverything(story);
  }

  private Model add(JobId id, ErrorHandling handling, @Nullable Model after) {
    Model model = new Model(id, handling, after);
    jobs.put(id, model);
    order.add(model);
    return model;
  }

  private void oneStep(StringBuilder story) {
    Model job = order.get(random.nextInt(order.size()));
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> claim(story);
      case 3 -> does(job, Command.PAUSE, story, tx -> control.pause(tx, organization, job.id));
      case 4 -> does(job, Command.RESUME, story, tx -> control.resume(tx, organization, job.id));
      case 5 -> {
        if (random.nextInt(4) == 0) {
          does(job, Command.CANCEL, story, tx -> control.cancel(tx, organization, job.id, "ann"));
        }
      }
      case 6 -> expireAndTakeOver(job, story);
      case 7 -> {
        if (random.nextBoolean()) {
          failDependents(story);
        } else {
          retry(job, story);
        }
      }
      default -> work(job, story);
    }
  }

  private void claim(StringBuilder story) {
    Optional<Lease> claimed =
        transaction(tx -> leases.claim(tx, "me", JobRow.nobody(), LEASE, false, 1))
            .map(claim -> claim.job().lease());
    story.append("claim ").append(claimed);
    if (claimed.isEmpty()) {
      assertThat(order).as(story.toString()).noneMatch(Model::claimable);
      return;
    }
    Model job = jobs.get(claimed.get().jobId());
    assertThat(job.claimable()).as(story.toString()).isTrue();
    job.leases.add(claimed.get());
    job.move(Command.CLAIM);
  }

  /** Something that a worker does with the lease it holds, or with one that it lost. */
  private void work(Model job, StringBuilder story) {
    if (job.leases.isEmpty()) {
      return;
    }
    Lease lease = job.leases.get(job.leases.size() - 1);
    boolean stale = random.nextInt(5) == 0 && job.leases.size() > 1;
    if (stale) {
      lease = job.leases.get(random.nextInt(job.leases.size() - 1));
    }
    workWith(job, lease, stale, random.nextInt(10), story);
  }

  private void workWith(Model job, Lease lease, boolean stale, int what, StringBuilder story) {
    JobRow row = JobRow.read(DATABASE, job.id);
    switch (what) {
      case 0 ->
          held(
              job,
              lease,
              stale,
              Command.RELEASE,
              Counts.ZERO,
              story,
              tx -> leases.release(tx, lease, Duration.ZERO, random.nextBoolean()));
      case 1 -> {
        if (random.nextInt(3) == 0) {
          held(
              job,
              lease,
              stale,
              Command.INTERRUPT,
              Counts.ZERO,
              story,
              tx -> leases.interrupt(tx, lease, "ROWS_EXPIRED", "gone").isPresent());
        }
      }
      case 2 -> {
        if (random.nextInt(3) == 0) {
          JobFailure bug = new JobFailure(JobFailure.Code.INTERNAL_ERROR, "a bug");
          held(
              job,
              lease,
              stale,
              Command.FAIL,
              Counts.ZERO,
              story,
              tx -> leases.fail(tx, lease, bug, 0).isPresent());
        }
      }
      default -> {
        if (row.nextChunk() < row.chunkCount()) {
          boolean validating = row.phase().equals("validating");
          int next = row.phase().equals("applying") ? row.chunkCount() : row.nextChunk() + 1;
          Counts counts =
              validating
                  ? Counts.ZERO
                  : split((next - row.nextChunk()) * TestDatabase.ROWS_PER_CHUNK);
          held(
              job,
              lease,
              stale,
              Command.ADVANCE,
              counts,
              story,
              tx -> leases.advance(tx, lease, row.nextChunk(), next, counts, LEASE).isPresent());
        } else if (row.phase().equals("validating")) {
          JobPhase next =
              job.handling == ErrorHandling.ROLLBACK_ALL ? JobPhase.APPLYING : JobPhase.PROCESSING;
          held(
              job,
              lease,
              stale,
              Command.ADVANCE,
              Counts.ZERO,
              story,
              tx -> leases.enter(tx, lease, JobPhase.VALIDATING, next));
        } else {
          held(
              job,
              lease,
              stale,
              Command.COMPLETE,
              Counts.ZERO,
              story,
              tx -> leases.complete(tx, lease).isPresent());
        }
      }
    }
  }

  private Counts split(int rows) {
    int failed = random.nextInt(rows + 1);
    int skipped = random.nextInt(rows - failed + 1);
    return new Counts(rows - failed - skipped, failed, skipped);
  }

  private void held(
      Model job,
      Lease lease,
      boolean stale,
      Command command,
      Counts counts,
      StringBuilder story,
      Function<Tx, Boolean> sql) {
    // Whoever does not hold the lease any more may do nothing, whatever the state allows.
    boolean possible =
        !stale && job.state.leased() && JobTransitions.after(job.state, command).isPresent();
    story
        .append(command)
        .append(stale ? " (stale) " : " ")
        .append(lease)
        .append(' ')
        .append(counts);
    boolean moved = transaction(sql);
    assertThat(moved).as(story.toString()).isEqualTo(possible);
    if (moved) {
      job.move(command);
      job.counts = job.counts.plus(counts);
    }
  }

  private void does(
      Model job, Command command, StringBuilder story, Function<Tx, Optional<JobView>> sql) {
    boolean possible = JobTransitions.after(job.state, command).isPresent();
    story.append(command).append(' ').append(job.id);
    Optional<JobView> moved = transaction(sql);
    assertThat(moved.isPresent()).as(story.toString()).isEqualTo(possible);
    if (possible) {
      job.move(command);
      assertThat(moved.orElseThrow().counts()).isEqualTo(job.counts);
    }
  }

  private void expireAndTakeOver(Model job, StringBuilder story) {
    boolean giveUp = random.nextInt(5) == 0;
    int taken =
        transaction(
            tx -> {
              tx.update(
                  """
                  UPDATE import_job SET lease_expires_at = clock_timestamp() - interval '1 second'
                   WHERE lease_owner IS NOT NULL AND id = ?
                  """,
                  job.id.value());
              var expired = takeovers.expired(tx, 10);
              for (var lost : expired) {
                boolean moved =
                    giveUp
                        ? leases.interrupt(tx, lost.lease(), "TOO_MANY_ATTEMPTS", "x").isPresent()
                        : leases.release(tx, lost.lease(), Duration.ZERO, true);
                assertThat(moved).as(story.toString()).isTrue();
              }
              return expired.size();
            });
    story.append("take over ").append(job.id);
    assertThat(taken).as(story.toString()).isEqualTo(job.state.leased() ? 1 : 0);
    if (taken == 1) {
      job.move(giveUp ? Command.INTERRUPT : Command.RELEASE);
    }
  }

  /** A job that has ended has one retry at a time, whatever the caller believes. */
  private void retry(Model parent, StringBuilder story) {
    if (!parent.state.status().terminal() || order.size() >= MOST_JOBS) {
      return;
    }
    Optional<JobId> live =
        order.stream()
            .filter(job -> parent.id.equals(job.retryOf) && !job.state.status().terminal())
            .map(job -> job.id)
            .findFirst();
    story.append("retry ").append(parent.id);
    JobId id = DATABASE.job(organization, 1 + random.nextInt(3), parent.handling, 1);
    Model retry = add(id, parent.handling, null);
    if (becomesRetryOf(id, parent.id)) {
      retry.retryOf = parent.id;
    }
    assertThat(retry.retryOf != null).as(story.toString()).isEqualTo(live.isEmpty());
    Optional<JobId> found =
        transaction(tx -> new JobRepository().liveRetry(tx, organization, parent.id));
    assertThat(found).as(story.toString()).contains(live.orElse(id));
  }

  private boolean becomesRetryOf(JobId id, JobId parent) {
    try {
      return transaction(
              tx ->
                  tx.update(
                      "UPDATE import_job SET retry_of = ? WHERE id = ?",
                      parent.value(),
                      id.value()))
          == 1;
    } catch (SqlFailure taken) {
      assertThat(taken.isUniqueViolation()).isTrue();
      return false;
    }
  }

  private void failDependents(StringBuilder story) {
    story.append("fail dependents");
    List<JobId> failed =
        transaction(tx -> control.failDependents(tx, 10)).stream().map(JobView::id).toList();
    List<Model> expected = order.stream().filter(Model::hasLostItsDependency).toList();
    assertThat(failed)
        .as(story.toString())
        .containsExactlyInAnyOrderElementsOf(expected.stream().map(job -> job.id).toList());
    expected.forEach(job -> job.move(Command.LOSE_DEPENDENCY));
  }

  private void check(Model job, StringBuilder story) {
    JobView view =
        transaction(tx -> new JobRepository().find(tx, organization, job.id).orElseThrow());
    State state = new State(view.status(), view.leased(), view.pausedAt() != null);
    assertThat(state).as(story.toString()).isEqualTo(job.state);
    assertThat(view.counts()).as(story.toString()).isEqualTo(job.counts);
    Counts counts = view.counts();
    assertThat(counts.succeeded() + counts.failed() + counts.skipped() + storedUnprocessed(job.id))
        .as(story.toString())
        .isEqualTo(view.totalItems());
    if (view.status().terminal()) {
      String now = wholeRow(job.id);
      assertThat(job.end == null ? now : job.end).as(story.toString()).isEqualTo(now);
      job.end = now;
    }
  }

  private int storedUnprocessed(JobId id) {
    return transaction(
            tx ->
                tx.queryOne(
                    "SELECT unprocessed FROM import_job WHERE id = ? AND unprocessed >= 0",
                    row -> row.getInt(1),
                    id.value()))
        .orElseThrow();
  }

  private String wholeRow(JobId id) {
    return transaction(
            tx ->
                tx.queryOne(
                    "SELECT row_to_json(j)::text FROM import_job j WHERE id = ?",
                    row -> row.getString(1),
                    id.value()))
        .orElseThrow();
  }

  /** Nothing that happened has left a job that cannot end. */
  private void finishEverything(StringBuilder story) {
    int patience = 300;
    while (order.stream().anyMatch(job -> !job.state.status().terminal()) && patience-- > 0) {
      story.append("\nto the end: ");
      failDependents(story);
      for (Model job : order) {
        if (job.state.paused()) {
          does(job, Command.RESUME, story, tx -> control.resume(tx, organization, job.id));
        }
        if (job.state.leased()) {
          workWith(job, job.leases.get(job.leases.size() - 1), false, 9, story);
        }
        check(job, story);
      }
      claim(story);
    }
    assertThat(order).as(story.toString()).allMatch(job -> job.state.status().terminal());
  }

  private <T> T transaction(Function<Tx, T> work) {
    return session.transaction(work);
  }
}
