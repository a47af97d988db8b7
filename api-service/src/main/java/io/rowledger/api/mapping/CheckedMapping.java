package io.rowledger.api.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.core.mapping.FreeForm;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingException;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.StorableText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says of a mapping's parts together whether they can be used. Pure. */
final class CheckedMapping {

  private CheckedMapping() {}

  /**
   * The mapping that the parts make.
   *
   * @param defaultFields null for none
   * @throws ProblemException VALIDATION_ERROR with everything that is wrong, each under the path of
   *     its place in the body
   */
  static Mapping of(String target, JsonNode columnMapping, @Nullable JsonNode defaultFields) {
    MappingTarget known = target(target);
    if (defaultFields != null && !defaultFields.isObject()) {
      throw ProblemException.invalid("defaultFields", "must be a JSON object of single values");
    }
    if (defaultFields != null && !FreeForm.isStorable(defaultFields)) {
      throw ProblemException.invalid(
          "defaultFields", "holds a character or number that cannot be stored");
    }
    try {
      return defaultFields == null
          ? Mapping.parse(columnMapping, known, Map.of())
          : Mapping.parse(columnMapping, known, Mapping.texts(defaultFields));
    } catch (MappingException e) {
      throw refusal(e);
    }
  }

  /** Every problem under its path: {@code columnMapping/fields/amount/decimal}. */
  static ProblemException refusal(MappingException e) {
    return ProblemException.invalid(
        e.problems().stream().map(p -> new Detail(p.path().substring(1), p.message())).toList());
  }

  /**
   * The target by its wire name.
   *
   * @throws ProblemException VALIDATION_ERROR when there is no such target
   */
  static MappingTarget target(String wireName) {
    return MappingTarget.ofWireName(wireName)
        .orElseThrow(
            () ->
                ProblemException.invalid(
                    "target",
                    "must be one of transaction, entity_person, entity_company, entity_mixed,"
                        + " user_event"));
  }

  /** Refuses headers that the database cannot hold. */
  static void requireStorable(List<String> headers) {
    for (int i = 0; i < headers.size(); i++) {
      if (!StorableText.isStorable(headers.get(i))) {
        throw ProblemException.invalid(
            "headersSnapshot[" + i + "]", "holds a character that cannot be stored");
      }
    }
  }
}
