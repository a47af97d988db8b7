package io.rowledger.worker.run;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much one worker process does at once, and how long it may take. */
@ConfigMapping(prefix = "rowledger.worker")
public interface WorkerConfig {

  /** Whether this process works on jobs at all. Commands of the jar do not. */
  @WithDefault("true")
  boolean enabled();

  /**
   * Jobs at once, for jobs of any size. One more slot is kept for jobs of a single chunk, so that a
   * small job never waits for a large one. Each slot keeps two database connections, the one for
   * small jobs one.
   */
  @WithDefault("2")
  int slots();

  /**
   * How often a free slot looks for a job when no ticket came. Also how long a job waits that a
   * stopping worker gave back: at most 1 second is promised, so a second is too much.
   */
  @WithDefault("500ms")
  Duration claimEvery();

  /** Most rows of one transaction; a transaction takes whole chunks, and at least one. */
  @WithDefault("5000")
  int transactionRows();

  /** Most chunks of one transaction: bounds what large rows can take of the memory. */
  @WithDefault("4")
  int transactionChunks();

  /** A job gives its slot back after this long when a job waits that should have it. */
  @WithDefault("3s")
  Duration slice();

  /**
   * How long a chunk transaction waits for a lock before it is tried again; never longer than half
   * a lease.
   */
  @WithDefault("5s")
  Duration lockTimeout();

  /** PostgreSQL ends a chunk transaction that is open longer. */
  @WithDefault("60s")
  Duration transactionTimeout();

  /** The same for the one transaction in which a {@code rollback_all} job is applied. */
  @WithDefault("4h")
  Duration applyTimeout();

  /** How long an orderly stop waits for the transactions in progress. */
  @WithDefault("20s")
  Duration stopTimeout();
}
