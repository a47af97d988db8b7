package io.rowledger.core.startup;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.ImageMode;
import java.lang.reflect.Proxy;

/**
 * A process that was asked to go and went in order has not failed: its exit code is 0. Java and
 * Quarkus would say 143, which is what one says that did not listen.
 */
public final class OrderlyStop {

  private static final int TERMINATED = 128 + 15;

  private OrderlyStop() {}

  /**
   * Has SIGTERM end this process with 0, once everything is stopped. To be called before a start.
   */
  public static void endsWithZero() {
    if (ImageMode.current() == ImageMode.JVM) {
      exitOnTerm();
    } else {
      // Quarkus has handlers of its own there, which ask this one.
      ApplicationLifecycleManager.setDefaultExitCodeHandler(
          (Integer code) -> System.exit(code == TERMINATED ? 0 : code));
    }
  }

  /** By reflection: the compiler warns of these classes, and cannot be told not to. */
  private static void exitOnTerm() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object exit =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  System.exit(0);
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), exit);
    } catch (ReflectiveOperationException e) {
      // A JVM without them, or with -Xrs. It stops in order all the same, and says 143.
      return;
    }
  }
}
