package io.rowledger.api.record;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.wire.Ids;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which records of an organisation are asked for; null means any.
 *
 * @param key {@code externalId}, or {@code eventId} of user events
 * @param entityId of user events
 */
record RecordFilter(@Nullable UUID jobId, @Nullable String key, @Nullable UUID entityId) {

  /**
   * Reads a query parameter.
   *
   * @throws ProblemException VALIDATION_ERROR: a filter that is no id is a mistake of the caller,
   *     and an empty list would hide it
   */
  static @Nullable UUID id(String name, @Nullable String text) {
    return text == null
        ? null
        : Ids.parse(text).orElseThrow(() -> ProblemException.invalid(name, "must be a UUID"));
  }
}
