package io.rowledger.worker.userevent;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;
import java.util.Set;

/** Which user events are taken. */
@ConfigMapping(prefix = "rowledger.user-events")
public interface UserEventConfig {

  /**
   * The event types that rows may have, separated by commas: upper case letters, digits and
   * underscores. Absent means every type of that form.
   */
  Optional<Set<String>> eventTypes();
}
