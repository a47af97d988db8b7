package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingException;
import io.rowledger.core.mapping.MappingTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The form fields that every kind has (contract section 3). */
final class CommonFields {

  /** Fields of the contract that change what an import does and are not here yet. */
  private static final List<String> LATER =
      List.of(
          "mappingId",
          "after",
          "expectedRows",
          "expectedSha256",
          "expectedSum",
          "sumColumn",
          "sheet");

  private static final int MAX_LABEL = 200;

  private CommonFields() {}

  static FormatOptions format(FormFields fields) {
    return new FormatOptions(fields.raw("delimiter"), fields.text("charset"));
  }

  static CommonOptions options(FormFields fields) {
    String label = fields.text("label");
    if (label != null && label.length() > MAX_LABEL) {
      fields.wrong("label", "label may have %d characters.".formatted(MAX_LABEL));
    }
    return new CommonOptions(
        fields.bool("dryRun", false), label, new Lineage(null, jobId(fields, "retryOf"), null));
  }

  private static @Nullable JobId jobId(FormFields fields, String name) {
    String text = fields.text(name);
    if (text == null) {
      return null;
    }
    Optional<JobId> id = JobId.parse(text);
    if (id.isEmpty()) {
      fields.wrong(name, name + " must be the id of a job.");
    }
    return id.orElse(null);
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
