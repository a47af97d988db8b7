package io.rowledger.api.mapping;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.wire.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/**
 * Finds a mapping for its caller. Unknown, malformed and foreign ids are one and the same answer.
 */
@ApplicationScoped
public class SavedMappings {

  private final Mappings mappings;
  private final Caller caller;

  SavedMappings(Mappings mappings, Caller caller) {
    this.mappings = mappings;
    this.caller = caller;
  }

  /**
   * The mapping of an id.
   *
   * @throws ProblemException MAPPING_NOT_FOUND
   */
  public SavedMapping find(String mappingId) {
    StoredMapping found =
        mappings.find(caller.organization(), id(mappingId)).orElseThrow(SavedMappings::notFound);
    return new SavedMapping(
        found.id,
        found.version,
        CheckedMapping.of(
            found.target,
            ExactJson.read(found.columnMapping),
            ExactJson.read(found.defaultFields)));
  }

  static UUID id(String text) {
    return Ids.parse(text).orElseThrow(SavedMappings::notFound);
  }

  static ProblemException notFound() {
    return new ProblemException(
        Problem.MAPPING_NOT_FOUND, "This organisation has no mapping with this id.");
  }
}
