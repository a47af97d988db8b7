package io.rowledger.worker.deadletter;

import io.quarkus.runtime.Quarkus;
import java.util.Arrays;
import java.util.List;

/** Starts the command that the arguments of the process name. */
public final class CommandLine {

  private static final String COMMAND = "dead-letters";

  private CommandLine() {}

  /** Does not return before the command has ended; what nobody can mean ends the process. */
  public static void run(String... arguments) {
    List<String> words = Arrays.asList(arguments);
    if (!words.get(0).equals(COMMAND)) {
      refuse("'" + words.get(0) + "' is no command of this program; '" + COMMAND + "' is.");
      return;
    }
    try {
      // Here already, and not with PostgreSQL and Kafka at hand: a typing error needs neither.
      Arguments.parse(words.subList(1, words.size()));
    } catch (IllegalArgumentException wrong) {
      refuse(wrong.getMessage());
      return;
    }
    // The settings of a process that works on no jobs, next to the profile it has.
    System.setProperty(
        "quarkus.profile", System.getProperty("quarkus.profile", "prod") + "," + COMMAND);
    Quarkus.run(
        DeadLetterCommand.class,
        (status, failure) -> exit(status, failure),
        words.toArray(String[]::new));
  }

  @SuppressWarnings("SystemOut") // a command speaks to whoever typed it
  private static void refuse(String why) {
    System.err.println(why);
    System.err.println(Arguments.USAGE);
    System.exit(Arguments.WRONG_USAGE);
  }

  @SuppressWarnings("SystemOut") // as above
  private static void exit(int status, Throwable failure) {
    if (failure != null) {
      System.err.println("The command failed: " + failure);
    }
    System.exit(failure == null ? status : 1);
  }
}
