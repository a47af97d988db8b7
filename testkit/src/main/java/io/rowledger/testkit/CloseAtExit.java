package io.rowledger.testkit;

/**
 * Closes a server when the JVM ends, unless it was closed before.
 *
 * <p>A server closed early also takes its hook back: hooks live as long as the JVM, and with them
 * the class loader of every application a test run ever started.
 */
final class CloseAtExit {
  private final Thread hook;

  CloseAtExit(AutoCloseable server, String name) {
    hook =
        new Thread(
            () -> {
              try {
                server.close();
              } catch (Exception e) {
                System.getLogger(CloseAtExit.class.getName())
                    .log(System.Logger.Level.WARNING, "Could not close at exit", e);
              }
            },
            name);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void cancel() {
    if (Thread.currentThread() == hook) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyExiting) {
      // The hook runs or will run, and finds a closed server.
    }
  }
}
