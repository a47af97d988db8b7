package io.rowledger.worker.run;

import io.rowledger.worker.run.RowFeed.Group;
import io.rowledger.worker.target.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes the groups of a job on one connection or on two: while one transaction waits for its
 * commit, the next one is written. They commit in the order of the file (ADR 28).
 *
 * <p>A row that shares a key with a row of the transaction before, which is not committed yet, is
 * written only when that one is: whichever came first would win, and not the first row of the file.
 * So is a row that looks for what a row of the transaction before may bring along.
 */
final class Lanes<R> {

  /**
   * A group whose turn it is, or will be.
   *
   * @param beside rows that can be written before the turn has come
   * @param after rows that cannot
   */
  record Turn<R>(int number, Group<R> group, List<Row<R>> beside, List<Row<R>> after) {}

  /** Writes a group and commits it, in its turn. */
  interface Writer<R> {

    /** Returns whether the job has ended. */
    boolean write(Lane<R> lane, Turn<R> turn, CommitOrder order);
  }

  /** How it ended when nothing went wrong. */
  enum End {
    /** The writer said that the job has ended. */
    JOB_ENDED,
    /** Others should have the slot. */
    YIELDED,
    /** There are no more groups. */
    NO_MORE
  }

  /** Comes behind the name of the runner's thread. */
  static final String SUFFIX = "-write";

  private final Supplier<@Nullable Group<R>> feed;
  private final List<Lane<R>> lanes;
  private final Function<R, List<String>> exclusive;
  private final Function<R, List<String>> shared;
  private final Writer<R> writer;
  private final BooleanSupplier shouldYield;
  private final CommitOrder order = new CommitOrder();

  /** One lane at a time takes the next group. No monitor, because a hanging feed is interrupted. */
  private final Lock taking = new ReentrantLock();

  private int taken;
  private Set<String> keysBefore = Set.of();
  private final AtomicReference<End> end = new AtomicReference<>(End.NO_MORE);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * Makes it ready.
   *
   * @param feed gives one group after the other, then null; called by one thread at a time
   * @param lanes one or two
   * @param exclusive what no two rows may have in common
   * @param shared what a row may not have in common with the exclusive keys of another one
   */
  Lanes(
      Supplier<@Nullable Group<R>> feed,
      List<Lane<R>> lanes,
      Function<R, List<String>> exclusive,
      Function<R, List<String>> shared,
      Writer<R> writer,
      BooleanSupplier shouldYield) {
    this.feed = feed;
    this.lanes = lanes;
    this.exclusive = exclusive;
    this.shared = shared;
    this.writer = writer;
    this.shouldYield = shouldYield;
  }

  /**
   * Writes on this thread, and on another one if there are two lanes.
   *
   * @param wrap gives another thread what this one logs and traces with
   */
  End run(UnaryOperator<Runnable> wrap) {
    Thread beside = null;
    if (lanes.size() > 1) {
      beside =
          new Thread(
              wrap.apply(() -> write(lanes.get(1))), Thread.currentThread().getName() + SUFFIX);
      beside.setDaemon(true);
      beside.start();
    }
    write(lanes.get(0));
    if (beside != null) {
      join(beside);
    }
    return ended();
  }

  private void write(Lane<R> lane) {
    try {
      for (Turn<R> turn = take(); turn != null; turn = take()) {
        boolean jobEnded = write(lane, turn);
        order.committed(turn.number());
        if (jobEnded) {
          end.set(End.JOB_ENDED);
        } else if (shouldYield.getAsBoolean()) {
          end.compareAndSet(End.NO_MORE, End.YIELDED);
        }
      }
    } catch (RuntimeException | Error e) {
      // The first one counts: that of a transaction that was broken off only follows from it.
      failure.compareAndSet(null, e);
      order.breakOff();
    }
  }

  private boolean write(Lane<R> lane, Turn<R> turn) {
    try {
      return writer.write(lane, turn, order);
    } catch (CommitOrder.SteppedBack undone) {
      order.awaitUnwritten(turn.number());
      return writer.write(lane, turn, order);
    }
  }

  /** The next group; null when there is none, or none shall be begun. */
  private @Nullable Turn<R> take() {
    try {
      taking.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for rows", e);
    }
    try {
      boolean over = end.get() != End.NO_MORE || failure.get() != null;
      Group<R> group = over ? null : feed.get();
      return group == null ? null : turn(taken++, group);
    } finally {
      taking.unlock();
    }
  }

  private Turn<R> turn(int number, Group<R> group) {
    if (lanes.size() == 1) {
      return new Turn<>(number, group, group.rows(), List.of());
    }
    Set<String> before = keysBefore;
    keysBefore = new HashSet<>(group.rows().size() * 2);
    for (Row<R> row : group.rows()) {
      keysBefore.addAll(keysOf(row, exclusive));
    }
    if (order.isNext(number)) {
      return new Turn<>(number, group, group.rows(), List.of());
    }
    return order.isOneByOne()
        ? new Turn<>(number, group, List.of(), group.rows())
        : apart(number, group, before);
  }

  /** With every row that has to wait, all rows of its group that share a key with it. */
  private Turn<R> apart(int number, Group<R> group, Set<String> before) {
    Set<String> taken = new HashSet<>(before);
    Set<String> lookedFor = new HashSet<>();
    List<Row<R>> beside = group.rows();
    List<Row<R>> after = new ArrayList<>();
    boolean more = true;
    while (more) {
      List<Row<R>> rest = new ArrayList<>(beside.size());
      more = false;
      for (Row<R> row : beside) {
        List<String> takes = keysOf(row, exclusive);
        List<String> looksFor = keysOf(row, shared);
        if (Collections.disjoint(taken, takes)
            && Collections.disjoint(taken, looksFor)
            && Collections.disjoint(lookedFor, takes)) {
          rest.add(row);
        } else {
          after.add(row);
          more |= taken.addAll(takes);
          more |= lookedFor.addAll(looksFor);
        }
      }
      beside = rest;
    }
    return new Turn<>(number, group, beside, inFileOrder(group, after));
  }

  private static <R> List<Row<R>> inFileOrder(Group<R> group, List<Row<R>> some) {
    if (some.size() < 2) {
      return some;
    }
    Set<Row<R>> wanted = new HashSet<>(some);
    return group.rows().stream().filter(wanted::contains).toList();
  }

  private List<String> keysOf(Row<R> row, Function<R, List<String>> keys) {
    return row.good() ? keys.apply(row.record()) : List.of();
  }

  private End ended() {
    Throwable first = failure.get();
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException exception) {
      throw exception;
    }
    return end.get();
  }

  /** Its connection is in use until it is out of it, so this waits, come what may. */
  private static void join(Thread beside) {
    boolean interrupted = false;
    while (true) {
      try {
        beside.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        beside.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
