package io.rowledger.testkit;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the thousand lines of a broker's start out of the tests' output. */
final class QuietLogs {
  /** Categories that are worth reading from warnings on. */
  static final List<String> CATEGORIES =
      List.of("kafka", "org.apache.kafka", "io.zonky", "state.change.logger");

  /** Held, because the log manager keeps loggers (and so their levels) by weak reference. */
  private static final List<Logger> LOGGERS = CATEGORIES.stream().map(Logger::getLogger).toList();

  private QuietLogs() {}

  static void apply() {
    LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
  }
}
