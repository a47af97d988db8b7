package io.rowledger.core.control;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * How long pause, resume and cancel wait for a worker that does not let go of the job. Only the
 * api-service reads this.
 */
@ConfigMapping(prefix = "rowledger.control")
public interface ControlConfig {

  /**
   * A transaction that keeps the job's row for longer than this is ended. Workers keep it for the
   * length of a COMMIT, so whoever needs more is frozen.
   */
  @WithDefault("2s")
  Duration lockTimeout();

  /**
   * How often the job's row is tried. Together with the lock time-out at most 10 s, so that the
   * caller hears of a failure within 15 s.
   */
  @WithDefault("4")
  int tries();
}
