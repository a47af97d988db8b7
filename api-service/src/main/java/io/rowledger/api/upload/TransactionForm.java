package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.transaction.TransactionOptions;
import java.util.List;

/** Reads the form of a transactions upload (contract section 3, Transactions). */
final class TransactionForm {

  static final int MAX_FILES = 5;

  private TransactionForm() {}

  static ImportRequest read(UploadForm form, SavedMappings saved) {
    FormFields fields = new FormFields(form.fields());
    return read(form.files(), fields, CommonFields.format(fields), saved);
  }

  static ImportRequest read(
      List<UploadedFile> files, FormFields fields, FormatOptions format, SavedMappings saved) {
    ChosenMapping mapping = CommonFields.mapping(fields, MappingTarget.TRANSACTION, saved);
    TransactionOptions options =
        new TransactionOptions(
            fields.bool("executeRules", TransactionOptions.DEFAULTS.executeRules()),
            fields.bool("skipDuplicates", TransactionOptions.DEFAULTS.skipDuplicates()),
            fields.bool(
                "validateExistingEntity", TransactionOptions.DEFAULTS.validateExistingEntity()));
    ErrorHandling handling =
        fields.choice(
            "batchErrorHandling",
            ErrorHandling.ROLLBACK_ALL,
            ErrorHandling::ofWireName,
            "rollback_all, stop_keep_success, continue_collect_errors");
    CommonOptions common = CommonFields.options(fields);
    fields.check();
    JsonNode json = options.toJson();
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.putObject("options").setAll((ObjectNode) json.deepCopy());
    metadata.withObject("/options").put("batchErrorHandling", handling.wireName());
    mapping.describe(metadata);
    return new ImportRequest(
        JobKind.TRANSACTION,
        common,
        files,
        format,
        handling,
        mapping.mapping(),
        List.of(),
        json,
        metadata,
        fields.warnings());
  }
}
