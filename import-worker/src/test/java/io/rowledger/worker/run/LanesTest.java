package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowRef;
import io.rowledger.worker.run.Lanes.Turn;
import io.rowledger.worker.run.RowFeed.Group;
import io.rowledger.worker.target.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of what two transactions of a job do beside each other, with writers of the test's. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LanesTest {

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** Rows are written as their keys: a row may have several; one that it looks for has a ?. */
  @ParameterizedTest
  @CsvSource({
    // nothing in common
    "a b,   c d,     c d,   ''",
    // the second of a key waits
    "a b,   c a d,   c d,   a",
    // and every later row of its group with that key
    "a b,   a c a,   c,     a a",
    // and rows that share another key with it, before and after it
    "a,     x.y y.a z y, z, x.y y.a y",
    // rows before it do not wait because of a third one
    "a.b,   c b.c d c, d,   c b.c c",
    "a,     a,       '',    a",
    // who looks for what is taken waits; who looks for the same does not
    "a ?b,  ?a ?b c, ?b c,  ?a",
    // neither does who takes what was only looked for, because it is committed later
    "?a b,  a c,     a c,   ''",
    // whoever takes what one that waits looks for, before it and after it
    "a,     b a.?b ?b c b, c, b a.?b ?b b",
    "a,     a.?b ?b c, ?b c, a.?b",
  })
  void rowsThatShareAKeyWithTheTransactionBeforeWaitForIt(
      String first, String second, String beside, String after) throws Exception {
    // Given
    CyclicBarrier bothTaken = new CyclicBarrier(2);
    List<Turn<String>> turns = Collections.synchronizedList(new ArrayList<>());
    Lanes.Writer<String> writer =
        (lane, turn, order) -> {
          turns.add(turn);
          meet(bothTaken);
          order.awaitWritten(turn.number());
          return false;
        };

    // When
    run(writer, first, second);

    // Then
    turns.sort(java.util.Comparator.comparingInt(Turn::number));
    assertThat(keys(turns.get(0).beside())).isEqualTo(first);
    assertThat(turns.get(0).after()).isEmpty();
    assertThat(keys(turns.get(1).beside())).isEqualTo(beside);
    assertThat(keys(turns.get(1).after())).isEqualTo(after);
  }

  @Test
  void theSecondIsWrittenBesideTheFirstAndCommittedAfterIt() {
    // Given
    CountDownLatch secondIsWritten = new CountDownLatch(1);
    Lanes.Writer<String> writer =
        (lane, turn, order) -> {
          log.add("written " + turn.number());
          if (turn.number() == 0) {
            await(secondIsWritten);
          } else {
            secondIsWritten.countDown();
          }
          order.awaitWritten(turn.number());
          log.add("committed " + turn.number());
          return false;
        };

    // When
    Lanes.End end = run(writer, "a", "b");

    // Then
    assertThat(end).isEqualTo(Lanes.End.NO_MORE);
    assertThat(log).containsSubsequence("written 1", "committed 0", "committed 1");
  }

  @Test
  void groupsAreCommittedInTheOrderOfTheFile() {
    // Given
    String[] groups = new String[200];
    Arrays.setAll(groups, i -> "k" + i + " shared");
    Lanes.Writer<String> writer =
        (lane, turn, order) -> {
          order.awaitWritten(turn.number());
          log.add("" + turn.number());
          return turn.number() == 199;
        };

    // When
    Lanes.End end = run(writer, groups);

    // Then
    assertThat(end).isEqualTo(Lanes.End.JOB_ENDED);
    assertThat(log)
        .hasSize(200)
        .isSortedAccordingTo(java.util.Comparator.comparing(Integer::valueOf));
  }

  /** The first waits, in the database, for what the second holds: it must let go. */
  @Test
  void aTransactionStepsBackWhenTheOneBeforeHasToTryAgain() {
    // Given
    CountDownLatch secondIsWritten = new CountDownLatch(1);
    CountDownLatch secondIsUndone = new CountDownLatch(1);
    AtomicInteger tries = new AtomicInteger();
    Lanes.Writer<String> writer =
        (lane, turn, order) -> {
          if (turn.number() == 0) {
            await(secondIsWritten);
            order.oneByOne();
            await(secondIsUndone);
          } else if (turn.number() == 1 && tries.incrementAndGet() == 1) {
            secondIsWritten.countDown();
            try {
              order.awaitWritten(turn.number());
            } catch (CommitOrder.SteppedBack undone) {
              secondIsUndone.countDown();
              throw undone;
            }
          }
          order.awaitWritten(turn.number());
          log.add(turn.number() + keys(turn.beside()));
          return false;
        };

    // When
    run(writer, "a", "b", "c", "d");

    // Then
    assertThat(tries).hasValue(2);
    assertThat(log.get(0)).isEqualTo("0a");
    assertThat(log.get(1)).isEqualTo("1b");
    assertThat(log).hasSize(4);
  }

  @Test
  void nothingIsCommittedBehindAFailure() {
    // Given
    CountDownLatch secondIsWritten = new CountDownLatch(1);
    Lanes.Writer<String> writer =
        (lane, turn, order) -> {
          if (turn.number() == 0) {
            await(secondIsWritten);
            throw new AssertionError("the first fails");
          }
          secondIsWritten.countDown();
          order.awaitWritten(turn.number());
          log.add("" + turn.number());
          return false;
        };

    // When, then
    assertThatThrownBy(() -> run(writer, "a", "b", "c", "d")).hasMessage("the first fails");
    assertThat(log).isEmpty();
  }

  @Test
  void whatIsBeforeAFailureIsCommitted() {
    // Given
    CountDownLatch secondHasFailed = new CountDownLatch(1);
    Lanes.Writer<String> writer =
        (lane, turn, order) -> {
          if (turn.number() == 1) {
            secondHasFailed.countDown();
            throw new AssertionError("the second fails");
          }
          await(secondHasFailed);
          order.awaitWritten(turn.number());
          log.add("" + turn.number());
          return false;
        };

    // When, then
    assertThatThrownBy(() -> run(writer, "a", "b", "c", "d")).hasMessage("the second fails");
    assertThat(log).containsExactly("0");
  }

  @Test
  void afterASliceNothingNewIsBegun() {
    // Given
    CyclicBarrier bothTaken = new CyclicBarrier(2);
    Lanes.Writer<String> writer =
        (lane, turn, order) -> {
          meet(bothTaken);
          order.awaitWritten(turn.number());
          log.add("" + turn.number());
          return false;
        };
    Lanes<String> lanes =
        new Lanes<>(
            feed("a", "b", "c", "d"),
            two(),
            LanesTest::exclusive,
            LanesTest::shared,
            writer,
            () -> true);

    // When
    Lanes.End end = lanes.run(UnaryOperator.identity());

    // Then
    assertThat(end).isEqualTo(Lanes.End.YIELDED);
    assertThat(log).containsExactly("0", "1");
  }

  private static Lanes.End run(Lanes.Writer<String> writer, String... groups) {
    return new Lanes<>(
            feed(groups), two(), LanesTest::exclusive, LanesTest::shared, writer, () -> false)
        .run(UnaryOperator.identity());
  }

  private static List<Lane<String>> two() {
    return List.of(new Lane<>(null, null), new Lane<>(null, null));
  }

  private static java.util.function.Supplier<Group<String>> feed(String... groups) {
    Iterator<String> each = Arrays.asList(groups).iterator();
    AtomicInteger number = new AtomicInteger();
    return () -> {
      if (!each.hasNext()) {
        return null;
      }
      List<Row<String>> rows = new ArrayList<>();
      for (String row : each.next().split(" ", -1)) {
        int next = number.incrementAndGet();
        rows.add(
            new Row<>(
                new RowRef(1, next),
                List.of(),
                RawRow.of(next, List.of()),
                new Checked.Valid<>(row)));
      }
      return new Group<>(0, 1, rows);
    };
  }

  private static List<String> exclusive(String record) {
    return Arrays.stream(record.split("\\.", -1)).filter(key -> !key.startsWith("?")).toList();
  }

  private static List<String> shared(String record) {
    return Arrays.stream(record.split("\\.", -1))
        .filter(key -> key.startsWith("?"))
        .map(key -> key.substring(1))
        .toList();
  }

  private static String keys(List<Row<String>> rows) {
    return String.join(" ", rows.stream().map(Row::record).toList());
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
