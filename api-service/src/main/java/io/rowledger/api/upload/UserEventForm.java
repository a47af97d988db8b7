package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.userevent.UserEventOptions;
import java.util.List;

/** Reads the form of a user events upload (contract section 3, User events). */
final class UserEventForm {

  static final int MAX_FILES = 1;

  private UserEventForm() {}

  static ImportRequest read(UploadForm form, SavedMappings saved) {
    FormFields fields = new FormFields(form.fields());
    FormatOptions format = CommonFields.format(fields);
    ChosenMapping mapping = CommonFields.mapping(fields, MappingTarget.USER_EVENT, saved);
    UserEventOptions options =
        new UserEventOptions(
            fields.bool("executeRules", UserEventOptions.DEFAULTS.executeRules()),
            fields.bool("withAutoEntity", UserEventOptions.DEFAULTS.withAutoEntity()));
    CommonOptions common = CommonFields.options(fields);
    fields.check();
    JsonNode json = options.toJson();
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.set("options", json.deepCopy());
    if (options.withAutoEntity()) {
      // Counted up by the worker, in the transactions that create them.
      metadata.put("entitiesCreated", 0);
    }
    mapping.describe(metadata);
    return new ImportRequest(
        JobKind.USER_EVENT,
        common,
        form.files(),
        format,
        ErrorHandling.CONTINUE_COLLECT_ERRORS,
        mapping.mapping(),
        List.of(),
        json,
        metadata,
        fields.warnings());
  }
}
