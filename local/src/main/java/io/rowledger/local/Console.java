package io.rowledger.local;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/** What the person (or script) in front of the launcher reads. */
final class Console {
  private static final PrintStream OUT = System.out;
  private static final boolean TERMINAL = detectTerminal();

  private Console() {}

  /** Prints one line; safe from any thread. */
  static void say(String format, Object... values) {
    line(String.format(Locale.ROOT, format, values));
  }

  /** Prints text as it is, with a line end. */
  static void line(String text) {
    synchronized (OUT) {
      OUT.println(text);
      OUT.flush();
    }
  }

  /** Redraws the last line of a terminal. */
  static void redraw(String text) {
    synchronized (OUT) {
      OUT.print("\r\u001b[2K" + text);
      OUT.flush();
    }
  }

  /** Says whether somebody watches, rather than a file or a pipe. */
  static boolean isTerminal() {
    return TERMINAL;
  }

  /** System.console() means something else since JDK 22; the shell's own test does not change. */
  private static boolean detectTerminal() {
    if (System.getenv("TERM") == null) {
      return false;
    }
    try {
      return new ProcessBuilder("sh", "-c", "test -t 1").inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
