package io.rowledger.core.startup;

import java.lang.reflect.Proxy;

/**
 * A process that was asked to go and went in order has not failed: its exit code is 0. Java and
 * Quarkus would say 143, which is what one says that did not listen.
 */
public final class OrderlyStop {

  private OrderlyStop() {}

  /**
   * Has SIGTERM end this process with 0, once everything is stopped. To be called before a start.
   *
   * <p>By reflection: the compiler warns of these classes, and cannot be told not to. All names are
   * constants, so that a native executable has what is asked for.
   */
  public static void endsWithZero() {
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
