package io.rowledger.system;

import java.util.Map;

/**
 * The JVMs that tests start are to be ready soon: most of them live for less than a minute, of
 * which the compiler of a server would take several seconds.
 */
public final class QuickJava {
  private static final String OPTIONS = System.getProperty("rowledger.jvm", "");

  private QuickJava() {}

  /** Adds it to the environment of a process, which hands it on to those that it starts. */
  public static void putInto(Map<String, String> environment) {
    if (!OPTIONS.isBlank()) {
      environment.put("JDK_JAVA_OPTIONS", OPTIONS);
    }
  }
}
