package io.rowledger.worker.run;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Says where something failed. Without the messages of exceptions: they may quote a cell. */
final class Traces {

  /** A stack that overflowed has a thousand, all alike. */
  private static final int MOST_FRAMES = 25;

  private static final int MOST_CAUSES = 5;

  private Traces() {}

  static String of(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      text.append(i == 0 ? "" : "\nCaused by: ").append(cause.getClass().getName());
      text.append(of(cause.getStackTrace()));
      cause = cause.getCause();
    }
    return text.toString();
  }

  /** Where the threads of these names are now. */
  static String ofThreads(String... names) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> Arrays.asList(names).contains(thread.getKey().getName()))
        .map(thread -> thread.getKey().getName() + of(thread.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private static String of(StackTraceElement[] frames) {
    return Arrays.stream(frames)
        .limit(MOST_FRAMES)
        .map(frame -> "\n\tat " + frame)
        .collect(Collectors.joining());
  }
}
