package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.mail.MailAddress;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.mapping.MappingTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the form of an entities upload (contract section 3, Entities). */
final class EntityForm {

  static final int MAX_FILES = 1;

  /** The feature an organisation needs for automatic mode. */
  private static final String AUTOMATIC_FEATURE = "entities_automatic";

  private static final int MAX_RECIPIENTS = 10;

  private EntityForm() {}

  /**
   * Reads the form.
   *
   * @param mailOn whether reports can be sent
   */
  static ImportRequest read(
      UploadForm form, TenantLimits limits, SavedMappings saved, boolean mailOn) {
    FormFields fields = new FormFields(form.fields());
    return read(
        form.files(),
        fields,
        CommonFields.format(fields),
        new ModeField("entityImportMode", ImportMode.MANUAL),
        limits,
        saved,
        mailOn);
  }

  /** How the import mode is called, and what it is when it is not said. */
  record ModeField(String name, ImportMode otherwise) {}

  static ImportRequest read(
      List<UploadedFile> files,
      FormFields fields,
      FormatOptions format,
      ModeField modeField,
      TenantLimits limits,
      SavedMappings saved,
      boolean mailOn) {
    ChosenMapping mapping = CommonFields.mapping(fields, MappingTarget.ENTITY_MIXED, saved);
    ImportMode mode =
        fields.choice(
            modeField.name(), modeField.otherwise(), ImportMode::ofWireName, "manual, automatic");
    EntityOptions options = options(fields, mode);
    JsonNode recipients = recipients(fields);
    String locale =
        fields.choice(
            "emailLocale",
            "en",
            word -> Optional.of(word).filter(List.of("en", "es", "pt")::contains),
            "en, es, pt");
    CommonOptions common = CommonFields.options(fields);
    fields.check();
    if (mode == ImportMode.AUTOMATIC && !limits.has(AUTOMATIC_FEATURE)) {
      throw new ProblemException(
          Problem.FEATURE_NOT_ENABLED,
          "%s automatic needs the feature %s, which this organisation does not have."
              .formatted(modeField.name(), AUTOMATIC_FEATURE));
    }
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("importMode", mode.wireName());
    metadata.set("options", options.toJson());
    mapping.describe(metadata);
    ObjectNode stored = (ObjectNode) options.toJson();
    if (recipients != null) {
      // Addresses are personal data: stored for the report, never shown again.
      stored.set("reportRecipientEmails", recipients);
      stored.put("emailLocale", locale);
    }
    List<String> warnings = new ArrayList<>(fields.warnings());
    if (recipients != null && !mailOn) {
      warnings.add("reportRecipientEmails: mail is not set up here, no report will be sent.");
    }
    return new ImportRequest(
        JobKind.ENTITY,
        common,
        files,
        format,
        options.stopOnFirstError()
            ? ErrorHandling.STOP_KEEP_SUCCESS
            : ErrorHandling.CONTINUE_COLLECT_ERRORS,
        mapping.mapping(),
        options.requiredFields(),
        stored,
        metadata,
        warnings);
  }

  private static EntityOptions options(FormFields fields, ImportMode mode) {
    boolean stop = fields.bool("stopOnFirstError", false);
    boolean skipRules = fields.bool("skipRulesExecution", false);
    String personMatrix = fields.text("riskMatrixPersonId");
    String companyMatrix = fields.text("riskMatrixCompanyId");
    JsonNode integrations = fields.json("autoExecuteIntegrations");
    JsonNode shareholders = fields.json("autoExecuteIntegrationsShareholders");
    Integer depth = fields.number("depth", 0, 5);
    Boolean isClient = fields.bool("isClient");
    JsonNode attributes = fields.object("attributes");
    JsonNode monitoring = fields.json("monitoring");
    String status = valid(fields, "status");
    String nationality = valid(fields, "nationality");
    String country = valid(fields, "country");
    return new EntityOptions(
        mode,
        stop,
        skipRules,
        personMatrix,
        companyMatrix,
        integrations,
        shareholders,
        depth,
        isClient,
        status,
        attributes,
        nationality,
        monitoring,
        country);
  }

  /** Asks the rule of the record about one option alone, so that all wrong ones can be told. */
  private static @Nullable String valid(FormFields fields, String name) {
    String value = fields.text(name);
    if (value == null) {
      return null;
    }
    try {
      EntityOptions.fromJson(JsonNodeFactory.instance.objectNode().put(name, value));
      return value;
    } catch (IllegalArgumentException e) {
      fields.wrong(name, e.getMessage() + ".");
      return null;
    }
  }

  private static @Nullable JsonNode recipients(FormFields fields) {
    String name = "reportRecipientEmails";
    JsonNode list = fields.json(name);
    if (list == null) {
      return null;
    }
    boolean good = list.isArray() && list.size() <= MAX_RECIPIENTS;
    for (JsonNode address : list) {
      good &= address.isTextual() && MailAddress.isPlain(address.asText());
    }
    if (!good) {
      fields.wrong(name, name + " must be a JSON array of up to 10 e-mail addresses.");
      return null;
    }
    return list;
  }
}
