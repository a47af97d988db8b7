package io.rowledger.api.dispatch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A thread that does a round of work when somebody rings, and every now and then when nobody does:
 * a bell may be lost, a timer is not.
 */
public final class DispatchLoop {

  private static final Logger LOG = Logger.getLogger(DispatchLoop.class);

  private final Duration every;
  private final Runnable round;
  private final Semaphore bell = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * Does not start yet.
   *
   * @param name of the thread
   * @param round what to do; may throw, then the next round tries again
   */
  public DispatchLoop(String name, Duration every, Runnable round) {
    this.every = every;
    this.round = round;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Asks for a round soon. Cheap, never blocks. */
  public void wake() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
  }

  /** Ends after the round under way, and waits for that a few seconds. */
  public void stop() throws InterruptedException {
    stopped = true;
    wake();
    thread.join(5_000);
  }

  public boolean stopped() {
    return stopped;
  }

  private void run() {
    boolean troubled = false;
    while (!stopped) {
      try {
        if (bell.tryAcquire(every.toMillis(), TimeUnit.MILLISECONDS)) {
          bell.drainPermits();
        }
        if (!stopped) {
          round.run();
        }
        troubled = false;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // PostgreSQL is away: the work waits where it is. Said once, not every second.
        if (!troubled) {
          LOG.warnf("%s has to wait: %s", thread.getName(), e.getMessage());
        }
        troubled = true;
      }
    }
  }
}
