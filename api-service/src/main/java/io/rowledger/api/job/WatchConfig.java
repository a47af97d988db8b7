package io.rowledger.api.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Clients that wait for a job to move: {@code Prefer: wait} and the event stream. They hold a
 * connection and no thread; all of one process share one query, four times a second.
 */
@ConfigMapping(prefix = "rowledger.watch")
public interface WatchConfig {

  /** Most open event streams of this process, at least 1; one more is answered with 503. */
  @WithDefault("500")
  int maxStreams();

  /** Most requests that wait at once, at least 0; one more is answered without waiting. */
  @WithDefault("1000")
  int maxWaiting();

  /**
   * A stream ends after this long, also when its job has not; the client comes again, and shows
   * that it still may.
   */
  @WithDefault("1h")
  Duration streamFor();

  /**
   * A stream on which nothing happened for this long gets a comment, so that no proxy closes it.
   */
  @WithDefault("15s")
  Duration keepAlive();
}
