package io.rowledger.core.userevent;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which event types are taken: words in upper case, joined by underscores, and of those all or the
 * ones that are listed.
 */
public final class EventTypes {

  /** Every type of the right form. */
  public static final EventTypes OPEN = new EventTypes(List.of());

  private static final Pattern UPPER_SNAKE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");

  private final List<String> listed;

  private EventTypes(List<String> listed) {
    this.listed = listed;
  }

  /**
   * The types that are listed; an empty list means all.
   *
   * @throws IllegalArgumentException for a type that no event can have
   */
  public static EventTypes of(Set<String> listed) {
    for (String type : listed) {
      if (!UPPER_SNAKE.matcher(type).matches()) {
        throw new IllegalArgumentException(
            "the event type \"" + type + "\" is not in upper case with underscores");
      }
    }
    return new EventTypes(listed.stream().sorted().toList());
  }

  boolean take(String type) {
    return UPPER_SNAKE.matcher(type).matches() && (listed.isEmpty() || listed.contains(type));
  }

  /** The words for a message: what a type should be. */
  String expected() {
    return listed.isEmpty()
        ? "upper case letters, digits and single underscores such as LOGIN_FAILED"
        : "one of " + String.join(", ", listed);
  }
}
