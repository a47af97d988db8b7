package io.rowledger.api.upload;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The forms as the API description shows them. They are read by {@link FormFields}. */
final class UploadForms {

  private static final String FILE =
      "CSV, .xlsx, JSON array, {\"transactions\"|\"items\": [...]} or NDJSON; .csv.gz, .ndjson.gz";

  private UploadForms() {}

  /** Form of a transactions upload. */
  static final class Transactions {

    @Schema(type = SchemaType.STRING, format = "binary", required = true, description = FILE)
    public String file;

    @Schema(
        description = "JSON: column to field (version 1), or version 2 with templates and formats",
        examples = "{\"version\": 2, \"fields\": {\"externalId\": {\"column\": \"id\"}}}")
    public String columnMapping;

    @Schema(
        defaultValue = "rollback_all",
        enumeration = {"rollback_all", "stop_keep_success", "continue_collect_errors"})
    public String batchErrorHandling;

    @Schema(type = SchemaType.BOOLEAN, defaultValue = "true")
    public String executeRules;

    @Schema(type = SchemaType.BOOLEAN, defaultValue = "true")
    public String skipDuplicates;

    @Schema(type = SchemaType.BOOLEAN, defaultValue = "true")
    public String validateExistingEntity;

    @Schema(description = "One of , ; | or tab; found out when absent")
    public String delimiter;

    @Schema(description = "Such as windows-1252; found out when absent")
    public String charset;

    @Schema(
        description = "Workbooks: name of the sheet or its number from 1; the first when absent")
    public String sheet;
  }

  /** Form of an entities upload. */
  static final class Entities {

    @Schema(type = SchemaType.STRING, format = "binary", required = true, description = FILE)
    public String file;

    @Schema(description = "JSON: column to field (version 1), or version 2")
    public String columnMapping;

    @Schema(
        defaultValue = "manual",
        enumeration = {"manual", "automatic"})
    public String entityImportMode;

    @Schema(type = SchemaType.BOOLEAN, defaultValue = "false")
    public String stopOnFirstError;

    @Schema(type = SchemaType.BOOLEAN, defaultValue = "false")
    public String skipRulesExecution;

    public String riskMatrixPersonId;
    public String riskMatrixCompanyId;

    @Schema(description = "JSON")
    public String autoExecuteIntegrations;

    @Schema(description = "JSON")
    public String autoExecuteIntegrationsShareholders;

    @Schema(type = SchemaType.INTEGER, minimum = "0", maximum = "5")
    public String depth;

    @Schema(type = SchemaType.BOOLEAN)
    public String isClient;

    public String status;

    @Schema(description = "JSON object")
    public String attributes;

    @Schema(description = "ISO 3166-1 alpha-2")
    public String nationality;

    @Schema(description = "ISO 3166-1 alpha-2; for rows that have none")
    public String country;

    @Schema(description = "JSON")
    public String monitoring;

    @Schema(description = "JSON array of up to 10 addresses")
    public String reportRecipientEmails;

    @Schema(enumeration = {"en", "es", "pt"})
    public String emailLocale;

    @Schema(description = "One of , ; | or tab; found out when absent")
    public String delimiter;

    @Schema(description = "Such as windows-1252; found out when absent")
    public String charset;

    @Schema(
        description = "Workbooks: name of the sheet or its number from 1; the first when absent")
    public String sheet;
  }
}
