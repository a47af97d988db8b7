package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingException;
import io.rowledger.core.mapping.MappingTarget;
import java.util.List;
import java.util.Map;

/** The form fields that every kind has (contract section 3). */
final class CommonFields {

  /** Fields of the contract that change what an import does and are not here yet. */
  private static final List<String> LATER =
      List.of(
          "mappingId",
          "dryRun",
          "retryOf",
          "after",
          "expectedRows",
          "expectedSha256",
          "expectedSum",
          "sumColumn",
          "label");

  private CommonFields() {}

  static FormatOptions format(FormFields fields) {
    return new FormatOptions(fields.raw("delimiter"), fields.text("charset"), fields.text("sheet"));
  }

  static void refuseLater(FormFields fields) {
    LATER.forEach(fields::refuse);
  }

  /** The inline mapping, or the platform's own headers. */
  static Mapping mapping(FormFields fields, MappingTarget target) {
    JsonNode given = fields.object("columnMapping");
    if (given != null) {
      try {
        return Mapping.parse(given, target, Map.of());
      } catch (MappingException e) {
        e.problems().forEach(p -> fields.wrong("columnMapping" + p.path(), p.message()));
      }
    }
    return Mapping.platform(target);
  }
}
