package io.rowledger.worker.deadletter;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the command is to do.
 *
 * @param replay send again; otherwise only list
 * @param all everything that was not sent again yet
 * @param ids of single letters, as the list shows them
 */
record Arguments(boolean replay, boolean all, List<String> ids) {

  static final int WRONG_USAGE = 2;

  static final String USAGE =
      """
      Usage:
        dead-letters list                lists what was put aside, and why
        dead-letters replay <id> ...     sends single ones again; the list has the ids
        dead-letters replay --all        sends everything again that was not yet\
      """;

  private static final Pattern ID = Pattern.compile("record-\\d{1,9}-\\d{1,18}|event-\\d{1,18}");

  /**
   * Reads the words behind {@code dead-letters}.
   *
   * @throws IllegalArgumentException with a sentence for whoever typed them
   */
  static Arguments parse(List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("dead-letters needs to know what to do.");
    }
    List<String> rest = words.subList(1, words.size());
    return switch (words.get(0)) {
      case "list" -> list(rest);
      case "replay" -> replay(rest);
      default ->
          throw new IllegalArgumentException(
              "dead-letters cannot '" + words.get(0) + "'; it can 'list' and 'replay'.");
    };
  }

  private static Arguments list(List<String> rest) {
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException("list takes nothing, and '" + rest.get(0) + "' is there.");
    }
    return new Arguments(false, true, List.of());
  }

  private static Arguments replay(List<String> rest) {
    List<String> ids = new ArrayList<>(rest);
    boolean all = ids.remove("--all");
    if (all && !ids.isEmpty()) {
      throw new IllegalArgumentException("replay takes ids or --all, not both.");
    }
    if (!all && ids.isEmpty()) {
      throw new IllegalArgumentException("replay needs the ids of letters, or --all.");
    }
    for (String id : ids) {
      if (!ID.matcher(id).matches()) {
        throw new IllegalArgumentException(
            "'" + id + "' is no id of a letter; record-0-17 and event-4 would be.");
      }
    }
    return new Arguments(true, all, List.copyOf(ids));
  }
}
