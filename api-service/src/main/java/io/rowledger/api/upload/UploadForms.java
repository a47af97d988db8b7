package io.rowledger.api.upload;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The forms as the API description shows them. They are read by {@link FormFields}. */
final class UploadForms {

  private static final String FILE =
      "CSV, .xlsx, JSON array, {\"transactions\"|\"items\"|\"events\": [...]} or NDJSON; .csv.gz, .ndjson.gz";

  static final String VALIDATE_GAP =
      "true or false. Whether the times of the files (transactedAt, as the mapping reads it) must"
          + " follow each other without overlap, in the order in which they are sent";

  static final String EXPECTED_ROWS = "Rows of all files together; refused when there are others";

  static final String EXPECTED_SHA256 =
      "SHA-256 of the file in hexadecimal digits; for several files one each in their order,"
          + " separated by commas or as a JSON array";

  static final String EXPECTED_SUM =
      "Exact sum of sumColumn over all files, with a decimal point; blank cells count as zero";

  private UploadForms() {}

  /** What every upload can be sent with. */
  abstract static class Common {

    @Schema(type = SchemaType.STRING, format = "binary", required = true, description = FILE)
    public String file;

    @Schema(description = "A mapping of /batch-import/mappings; not together with columnMapping")
    public String mappingId;

    @Schema(
        description = "JSON: column to field (version 1), or version 2 with templates and formats",
        examples = "{\"version\": 2, \"fields\": {\"externalId\": {\"column\": \"id\"}}}")
    public String columnMapping;

    @Schema(
        type = SchemaType.BOOLEAN,
        defaultValue = "false",
        description = "Check everything and write nothing: what would happen")
    public String dryRun;

    @Schema(description = "Id of the job, ended, whose rows this file corrects", format = "uuid")
    public String retryOf;

    @Schema(
        format = "uuid",
        description =
            "Id of a job: this one waits until that one completes, and fails if it ends otherwise")
    public String after;

    @Schema(description = "Your own word for the job", maxLength = 200)
    public String label;

    @Schema(type = SchemaType.INTEGER, description = EXPECTED_ROWS)
    public String expectedRows;

    @Schema(description = EXPECTED_SHA256)
    public String expectedSha256;

    @Schema(description = EXPECTED_SUM, examples = "1234.56")
    public String expectedSum;

    @Schema(description = "The column that expectedSum is of")
    public String sumColumn;

    @Schema(description = "One of , ; | or tab; found out when absent")
    public String delimiter;

    @Schema(description = "Such as windows-1252; found out when absent")
    public String charset;

    @Schema(
        description = "Workbooks: name of the sheet or its number from 1; the first when absent")
    public String sheet;
  }

  /** Form of a transactions upload. */
  @Schema(name = "TransactionUpload")
  static final class Transactions extends Common {

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
  }

  /** Form of an entities upload. */
  @Schema(name = "EntityUpload")
  static final class Entities extends Common {

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
  }

  /** Form of a user events upload. */
  @Schema(name = "UserEventUpload")
  static final class UserEvents extends Common {

    @Schema(type = SchemaType.BOOLEAN, defaultValue = "true")
    public String executeRules;

    @Schema(
        type = SchemaType.BOOLEAN,
        defaultValue = "true",
        description = "Create the person when taxId and taxIdCountry match nobody")
    public String withAutoEntity;
  }
}
