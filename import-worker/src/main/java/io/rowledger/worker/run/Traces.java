package io.rowledger.worker.run;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Says where threads are that do not come back. */
final class Traces {

  private static final int MOST_FRAMES = 25;

  private Traces() {}

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
