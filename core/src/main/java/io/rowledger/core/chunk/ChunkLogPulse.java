package io.rowledger.core.chunk;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Says whether Kafka lets this process in. Asked by a timer until it did once: a wrong password or
 * certificate is wrong from the start, and a process with one should get no requests. A broker that
 * is merely away is no reason, because much can be answered without it.
 */
@ApplicationScoped
public class ChunkLogPulse {

  /** What is known of Kafka. */
  public enum State {
    /** Not asked yet. */
    UNKNOWN,
    /** Answered once, and let us in. */
    REACHED,
    /** Did not answer so far. */
    AWAY,
    /** Does not let us in, or is not whom we expect. */
    REFUSED
  }

  private static final Logger LOG = Logger.getLogger(ChunkLogPulse.class);

  private final ChunkLog log;
  private volatile State state = State.UNKNOWN;

  ChunkLogPulse(ChunkLog log) {
    this.log = log;
  }

  public State state() {
    return state;
  }

  /** Says whether requests may come: yes, unless Kafka refuses us or was not asked yet. */
  public boolean isUsable() {
    return state == State.REACHED || state == State.AWAY;
  }

  @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void look() {
    if (state == State.REACHED) {
      return;
    }
    State before = state;
    try {
      log.check();
      state = State.REACHED;
    } catch (ChunkLogRefusedException e) {
      state = State.REFUSED;
      if (before != State.REFUSED) {
        LOG.errorf("Kafka cannot be used: %s", e.getMessage());
      }
    } catch (ChunkLogUnavailableException e) {
      state = State.AWAY;
      if (before != State.AWAY) {
        LOG.warnf("Kafka does not answer yet: %s", e.getCause().getMessage());
      }
    }
  }
}
