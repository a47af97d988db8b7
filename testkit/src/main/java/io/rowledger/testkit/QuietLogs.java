package io.rowledger.testkit;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Keeps the thousand lines of a broker's start out of the tests' output. */
final class QuietLogs {
  /** Categories and the level from which on they are worth reading. */
  static final Map<String, Level> LEVELS =
      Map.of(
          "kafka", Level.WARNING,
          "org.apache.kafka", Level.WARNING,
          "state.change.logger", Level.WARNING,
          // Reports every stop of ours as an error of its own; a failed start is an exception.
          "io.zonky", Level.OFF);

  /** Held, because the log manager keeps loggers (and so their levels) by weak reference. */
  private static final Map<Logger, Level> LOGGERS =
      LEVELS.entrySet().stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  entry -> Logger.getLogger(entry.getKey()), Map.Entry::getValue));

  private QuietLogs() {}

  static void apply() {
    LOGGERS.forEach(Logger::setLevel);
  }
}
