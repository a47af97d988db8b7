package io.rowledger.worker.run;

/**
 * Lets transactions that are written beside each other commit one after the other, as their rows
 * stand in the file: the checkpoint of a job says that everything before it is done.
 */
final class CommitOrder {

  /**
   * Somebody before this transaction has to try again and may be waiting, in PostgreSQL, for what
   * this one holds, while this one waits for its turn here. No deadlock detector sees both.
   */
  static final class SteppedBack extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SteppedBack() {
      super("undone, so that the transaction before it gets its locks", null, false, false);
    }
  }

  /** Somebody before this transaction has failed: it must not commit. */
  static final class BrokenOff extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenOff() {
      super("a transaction before this one has failed", null, false, false);
    }
  }

  private int over;
  private boolean oneByOne;
  private boolean brokenOff;

  /** Whether everything before {@code turn} is committed. */
  synchronized boolean isNext(int turn) {
    return over == turn;
  }

  /**
   * Waits, inside a transaction that has written already.
   *
   * @throws SteppedBack when it has to be undone, and written again when its turn has come
   * @throws BrokenOff when its turn will never come
   */
  void awaitWritten(int turn) {
    await(turn, true);
  }

  /** Waits before a transaction begins that may not run beside another one. */
  void awaitUnwritten(int turn) {
    await(turn, false);
  }

  private synchronized void await(int turn, boolean written) {
    try {
      while (over != turn) {
        if (brokenOff) {
          throw new BrokenOff();
        }
        if (written && oneByOne) {
          throw new SteppedBack();
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting to commit", e);
    }
  }

  synchronized void committed(int turn) {
    over = turn + 1;
    notifyAll();
  }

  /** From now on nothing is written before its turn: what happened once happens again. */
  synchronized void oneByOne() {
    oneByOne = true;
    notifyAll();
  }

  synchronized boolean isOneByOne() {
    return oneByOne;
  }

  /** Who waits now waits in vain. */
  synchronized void breakOff() {
    brokenOff = true;
    notifyAll();
  }
}
