package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the forms of the preflight routes ask for: to look at one file, and never to import it.
 *
 * @param mapping the mapping to try; for a suggestion the platform's own
 * @param entityOptions what decides about rows of entities besides their mapping
 */
record PreflightForm(
    UploadedFile file,
    FormatOptions format,
    Mapping mapping,
    EntityOptions entityOptions,
    List<String> warnings) {

  static final int MAX_FILES = 1;

  private static final String TARGETS =
      "transaction, entity_person, entity_company, entity_mixed, user_event";

  /** For {@code validate-csv}: a mapping, or a target alone for a file in the platform's format. */
  static PreflightForm check(UploadForm form, SavedMappings saved) {
    FormFields fields = new FormFields(form.fields());
    MappingTarget target = target(fields);
    Mapping mapping = null;
    if (target != null) {
      mapping = CommonFields.mapping(fields, target, saved).mapping();
    } else if (fields.has("mappingId") && !fields.has("columnMapping")) {
      mapping = saved.find(String.valueOf(fields.text("mappingId"))).mapping();
    } else if (fields.has("columnMapping") && fields.has("mappingId")) {
      fields.wrong(
          "mappingId", "mappingId and columnMapping were both sent; send one of them or none.");
    } else if (!fields.has("target")) {
      fields.wrong(
          "target",
          "Send mappingId, or target (with a columnMapping, or without one for a file in the"
              + " platform's own format).");
    }
    return read(form, fields, mapping);
  }

  /** For {@code suggest}: the target. */
  static PreflightForm suggest(UploadForm form) {
    FormFields fields = new FormFields(form.fields());
    MappingTarget target = target(fields);
    if (target == null && !fields.has("target")) {
      fields.wrong("target", "target is needed: one of " + TARGETS + ".");
    }
    return read(form, fields, target == null ? null : Mapping.platform(target));
  }

  private static PreflightForm read(UploadForm form, FormFields fields, @Nullable Mapping mapping) {
    FormatOptions format = CommonFields.format(fields);
    EntityOptions options = entityOptions(fields);
    fields.check();
    if (mapping == null) {
      throw new IllegalStateException("a form without a target that nobody refused");
    }
    return new PreflightForm(form.files().get(0), format, mapping, options, fields.warnings());
  }

  /** Null when there is none or a wrong one; the latter is told. */
  private static @Nullable MappingTarget target(FormFields fields) {
    String word = fields.text("target");
    if (word == null) {
      return null;
    }
    MappingTarget target = MappingTarget.ofWireName(word).orElse(null);
    if (target == null) {
      fields.wrong("target", "target must be one of " + TARGETS + ".");
    }
    return target;
  }

  private static EntityOptions entityOptions(FormFields fields) {
    ImportMode mode =
        fields.choice(
            "entityImportMode", ImportMode.MANUAL, ImportMode::ofWireName, "manual, automatic");
    String country = fields.text("country");
    ObjectNode options = JsonNodeFactory.instance.objectNode().put("importMode", mode.wireName());
    if (country != null) {
      options.put("country", country);
    }
    try {
      return EntityOptions.fromJson(options);
    } catch (IllegalArgumentException e) {
      fields.wrong("country", e.getMessage() + ".");
      return EntityOptions.of(mode);
    }
  }
}
