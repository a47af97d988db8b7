package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.mapping.SavedMapping;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingException;
import io.rowledger.core.mapping.MappingTarget;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The form fields that every kind has (contract section 3). */
final class CommonFields {

  private static final int MAX_LABEL = 200;

  private CommonFields() {}

  static FormatOptions format(FormFields fields) {
    return new FormatOptions(fields.raw("delimiter"), fields.text("charset"), fields.text("sheet"));
  }

  static CommonOptions options(FormFields fields) {
    String label = fields.text("label");
    if (label != null && label.length() > MAX_LABEL) {
      fields.wrong("label", "label may have %d characters.".formatted(MAX_LABEL));
    }
    return new CommonOptions(
        fields.bool("dryRun", false),
        label,
        new Lineage(
            null,
            jobId(fields, "retryOf", "retryOf must be the id of a job."),
            jobId(fields, "after", AfterJob.UNKNOWN)),
        ControlTotalFields.read(fields));
  }

  /** Whether there is such a job is seen when the import is accepted. */
  private static @Nullable JobId jobId(FormFields fields, String name, String otherwise) {
    String text = fields.text(name);
    if (text == null) {
      return null;
    }
    Optional<JobId> id = JobId.parse(text);
    if (id.isEmpty()) {
      fields.wrong(name, otherwise);
    }
    return id.orElse(null);
  }

  /**
   * The mapping that a field of the form names or holds, or the platform's own headers.
   *
   * @param target what this import fills; a mapping of another kind of record does not fit
   * @throws ProblemException MAPPING_NOT_FOUND or MAPPING_TARGET_MISMATCH; what is wrong with an
   *     inline mapping is collected in {@code fields}
   */
  static ChosenMapping mapping(FormFields fields, MappingTarget target, SavedMappings saved) {
    String id = fields.text("mappingId");
    JsonNode given = fields.object("columnMapping");
    if (id != null && fields.has("columnMapping")) {
      fields.wrong(
          "mappingId", "mappingId and columnMapping were both sent; send one of them or none.");
    } else if (id != null) {
      SavedMapping found = saved.find(id);
      MappingTarget own = found.mapping().target();
      if (!own.fillsSameRecordsAs(target)) {
        throw new ProblemException(
            Problem.MAPPING_TARGET_MISMATCH,
            "The mapping has the target %s, and this import needs %s."
                .formatted(
                    own.wireName(), target.isEntity() ? "one of entities" : target.wireName()));
      }
      return new ChosenMapping(found.mapping(), found);
    } else if (given != null) {
      return new ChosenMapping(inline(fields, given, target), null);
    }
    return new ChosenMapping(Mapping.platform(target), null);
  }

  private static Mapping inline(FormFields fields, JsonNode given, MappingTarget target) {
    try {
      return Mapping.parse(given, target, Map.of());
    } catch (MappingException e) {
      e.problems().forEach(p -> fields.wrong(p.path().substring(1), p.message()));
      return Mapping.platform(target);
    }
  }
}
