package io.rowledger.core.privacy;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An exception as it may be logged by code that works on rows: its types and where it came from,
 * without the messages. Those of a parser, a number or a date quote what they could not read, and
 * that is a cell.
 */
public final class Wordless extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A stack that overflowed has a thousand, all alike. */
  private static final int MOST_FRAMES = 100;

  private Wordless(Throwable original, @Nullable Wordless cause) {
    super(original.getClass().getName(), cause, false, true);
    StackTraceElement[] frames = original.getStackTrace();
    setStackTrace(Arrays.copyOf(frames, Math.min(frames.length, MOST_FRAMES)));
  }

  /** The exception with all of its causes. */
  public static Wordless of(Throwable original) {
    return of(original, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static Wordless of(Throwable original, Set<Throwable> seen) {
    seen.add(original);
    Throwable cause = original.getCause();
    return new Wordless(original, cause == null || seen.contains(cause) ? null : of(cause, seen));
  }
}
