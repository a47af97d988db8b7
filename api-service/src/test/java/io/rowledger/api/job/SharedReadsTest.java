package io.rowledger.api.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.job.JobId;
import io.rowledger.core.tenant.OrgId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queries begin and end when the test says so. */
@Timeout(30)
class SharedReadsTest {

  private static final OrgId ORGANIZATION = new OrgId(UUID.randomUUID());
  private static final OrgId OTHER = new OrgId(UUID.randomUUID());
  private static final JobId ONE = new JobId(UUID.randomUUID());
  private static final JobId TWO = new JobId(UUID.randomUUID());
  private static final JobId THREE = new JobId(UUID.randomUUID());

  /** A query under way. */
  private record Call(
      OrgId organization, Set<JobId> jobs, CompletableFuture<Map<JobId, String>> result) {

    void find(JobId... found) {
      Map<JobId, String> all = new HashMap<>();
      List.of(found).forEach(job -> all.put(job, "read as " + job));
      result.complete(all);
    }
  }

  private final SynchronousQueue<Call> begun = new SynchronousQueue<>();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final AtomicLong now = new AtomicLong();
  private final SharedReads<String> reads = new SharedReads<>(this::query, this::execute, now::get);

  private Map<JobId, String> query(OrgId organization, Set<JobId> jobs) {
    Call call = new Call(organization, Set.copyOf(jobs), new CompletableFuture<>());
    try {
      begun.put(call);
      return call.result().get();
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(Runnable task) {
    Thread thread = new Thread(task, "reader");
    threads.add(thread);
    thread.start();
  }

  @AfterEach
  void endReaders() {
    threads.forEach(Thread::interrupt);
  }

  private CompletableFuture<Optional<String>> ask(JobId job) {
    return reads.read(ORGANIZATION, job).toCompletableFuture();
  }

  private Call begun() throws InterruptedException {
    return begun.take();
  }

  /** Readers that are still busy, once those that have nothing to do are gone. */
  private void awaitReaders(int busy) throws InterruptedException {
    while (threads.stream().filter(Thread::isAlive).count() > busy) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theFirstIsReadForAtOnce() throws Exception {
    CompletableFuture<Optional<String>> answer = ask(ONE);
    Call call = begun();
    assertThat(call.jobs()).containsExactly(ONE);
    call.find(ONE);
    assertThat(answer.get()).contains("read as " + ONE);
  }

  @Test
  void whatIsNotFoundIsEmpty() throws Exception {
    CompletableFuture<Optional<String>> answer = ask(ONE);
    begun().find();
    assertThat(answer.get()).isEmpty();
  }

  @Test
  void whoAsksMeanwhileIsAnsweredByTheNextQueryAndByNoEarlierOne() throws Exception {
    CompletableFuture<Optional<String>> first = ask(ONE);
    Call one = begun();
    CompletableFuture<Optional<String>> again = ask(ONE);
    CompletableFuture<Optional<String>> second = ask(TWO);
    one.find(ONE);
    assertThat(first.get()).isPresent();

    Call next = begun();
    assertThat(next.jobs()).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(again).as("not read yet after it was asked for").isNotDone();
    next.find(ONE, TWO);
    assertThat(again.get()).contains("read as " + ONE);
    assertThat(second.get()).contains("read as " + TWO);
    awaitReaders(0);
    assertThat(threads).as("one reader").hasSize(1);
  }

  @Test
  void afterAPauseSomebodyReadsAgain() throws Exception {
    CompletableFuture<Optional<String>> first = ask(ONE);
    begun().find(ONE);
    first.get();
    awaitReaders(0);

    CompletableFuture<Optional<String>> second = ask(ONE);
    begun().find(ONE);
    assertThat(second.get()).isPresent();
  }

  @Test
  void organizationsDoNotWaitForEachOther() throws Exception {
    var unused = ask(ONE);
    Call stuck = begun();
    CompletableFuture<Optional<String>> other = reads.read(OTHER, ONE).toCompletableFuture();
    Call call = begun();
    assertThat(call.organization()).isEqualTo(OTHER);
    call.find(ONE);
    assertThat(other.get()).isPresent();
    assertThat(stuck.result()).isNotDone();
  }

  @Test
  void nobodyWaitsBehindAQueryThatIsStuck() throws Exception {
    CompletableFuture<Optional<String>> first = ask(ONE);
    Call stuck = begun();
    CompletableFuture<Optional<String>> behind = ask(TWO);
    now.addAndGet(SharedReads.PATIENCE.toNanos() + 1);
    CompletableFuture<Optional<String>> late = ask(THREE);

    Call beside = begun();
    assertThat(beside.jobs()).containsExactlyInAnyOrder(TWO, THREE);
    beside.find(TWO, THREE);
    assertThat(behind.get()).isPresent();
    assertThat(late.get()).isPresent();
    assertThat(first).isNotDone();

    stuck.find(ONE);
    assertThat(first.get()).isPresent();
    awaitReaders(0);
  }

  @Test
  void whatIsStuckTakesAFewConnectionsAndNotAll() throws Exception {
    List<Call> stuck = new ArrayList<>();
    for (int i = 0; i < SharedReads.MOST_QUERIES; i++) {
      var unused = ask(new JobId(UUID.randomUUID()));
      stuck.add(begun());
      now.addAndGet(SharedReads.PATIENCE.toNanos() + 1);
    }
    CompletableFuture<Optional<String>> one = ask(ONE);
    assertThat(threads).hasSize(SharedReads.MOST_QUERIES);

    // The newest goes on with what was collected; the others were given up for it.
    stuck.get(0).find();
    awaitReaders(SharedReads.MOST_QUERIES - 1);
    assertThat(one).isNotDone();
    stuck.get(SharedReads.MOST_QUERIES - 1).find();
    begun().find(ONE);
    assertThat(one.get()).isPresent();
  }

  @Test
  void aFailureIsToldToAllWhoWaitAndToNobodyAfterThem() throws Exception {
    CompletableFuture<Optional<String>> first = ask(ONE);
    Call call = begun();
    CompletableFuture<Optional<String>> behind = ask(TWO);
    call.result().completeExceptionally(new IllegalStateException("away"));

    assertThatThrownBy(first::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("away");
    assertThatThrownBy(behind::join).hasMessageContaining("away");

    CompletableFuture<Optional<String>> later = ask(TWO);
    begun().find(TWO);
    assertThat(later.get(10, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void oneWhoGoesAwayDoesNotCancelTheOthers() throws Exception {
    var unused = ask(TWO);
    Call before = begun();
    CompletableFuture<Optional<String>> gone = ask(ONE);
    CompletableFuture<Optional<String>> stays = ask(ONE);
    gone.cancel(true);
    before.find(TWO);
    begun().find(ONE);
    assertThat(stays.get()).isPresent();
  }

  @Test
  void aProcessThatEndsSaysSo() {
    SharedReads<String> ending =
        new SharedReads<>(
            this::query,
            task -> {
              throw new RejectedExecutionException("ending");
            },
            now::get);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> ending.read(ORGANIZATION, ONE).toCompletableFuture().join())
          .hasMessageContaining("ending");
    }
  }
}
