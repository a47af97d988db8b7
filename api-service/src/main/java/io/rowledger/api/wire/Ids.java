package io.rowledger.api.wire;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Ids as they come in a path. Resources take them as text: a converter of the framework would
 * answer a malformed id in another way than an unknown one, and the two must look the same.
 */
public final class Ids {

  /** {@code UUID.fromString} also takes {@code 1-1-1-1-1}. */
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Ids() {}

  /** Empty when {@code text} is not a UUID in its usual form. */
  public static Optional<UUID> parse(String text) {
    return UUID_TEXT.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }
}
