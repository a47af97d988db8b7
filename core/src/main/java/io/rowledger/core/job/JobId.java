package io.rowledger.core.job;

import java.util.Optional;
import java.util.UUID;

/** The id of an import job. */
public record JobId(UUID value) {

  /** Reads an id as a caller wrote it; empty when it is not a UUID in its canonical form. */
  public static Optional<JobId> parse(String text) {
    try {
      UUID uuid = UUID.fromString(text);
      // UUID.fromString also takes "1-1-1-1-1"; only the 36 character form is an id.
      return uuid.toString().equalsIgnoreCase(text)
          ? Optional.of(new JobId(uuid))
          : Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
