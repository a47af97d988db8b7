package io.rowledger.api.upload;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The JSON bodies as the API description shows them. They are read by {@link BatchBodyReader}. */
final class BatchBodies {

  private BatchBodies() {}

  /** What every body of transactions may hold beside its rows. */
  static class TransactionOptions {

    @Schema(
        defaultValue = "rollback_all",
        enumeration = {"rollback_all", "stop_keep_success", "continue_collect_errors"})
    public String batchErrorHandling;

    @Schema(defaultValue = "true")
    public boolean executeRules;

    @Schema(defaultValue = "true")
    public boolean skipDuplicates;

    @Schema(defaultValue = "true")
    public boolean validateExistingEntity;

    @Schema(description = "Key to field (version 1), or version 2 with templates and formats")
    public Map<String, Object> columnMapping;

    @Schema(description = "Your own word for the job", maxLength = 200)
    public String label;

    @Schema(description = UploadForms.EXPECTED_ROWS)
    public int expectedRows;

    @Schema(
        description =
            "SHA-256 of the array's bytes, from its opening to its closing bracket, in hexadecimal"
                + " digits; of several arrays as an array in their order")
    public String expectedSha256;

    @Schema(description = UploadForms.EXPECTED_SUM, examples = "1234.56")
    public BigDecimal expectedSum;

    @Schema(description = "The key that expectedSum is of")
    public String sumColumn;
  }

  /** Body with one array of transactions. */
  @Schema(name = "TransactionBatch")
  static final class Transactions extends TransactionOptions {

    @Schema(required = true, minItems = 1, type = SchemaType.ARRAY, implementation = Object.class)
    public List<Object> transactions;
  }

  /** Body with several. */
  @Schema(name = "TransactionSourcesBatch")
  static final class TransactionSources extends TransactionOptions {

    @Schema(required = true, minItems = 1, maxItems = 5)
    public List<Source> sources;
  }

  /** One array of several. */
  @Schema(name = "TransactionSource")
  static final class Source {

    @Schema(description = "What failures call it", maxLength = 255)
    public String fileName;

    @Schema(required = true, minItems = 1, type = SchemaType.ARRAY, implementation = Object.class)
    public List<Object> transactions;
  }

  /** Body with entities. */
  @Schema(name = "EntityBatch")
  static final class Entities {

    @Schema(required = true, minItems = 1, type = SchemaType.ARRAY, implementation = Object.class)
    public List<Object> items;

    @Schema(
        defaultValue = "automatic",
        enumeration = {"manual", "automatic"})
    public String importMode;

    @Schema(defaultValue = "false")
    public boolean stopOnFirstError;

    @Schema(defaultValue = "false")
    public boolean skipRulesExecution;

    public String riskMatrixPersonId;
    public String riskMatrixCompanyId;
    public Object autoExecuteIntegrations;
    public Object autoExecuteIntegrationsShareholders;

    @Schema(minimum = "0", maximum = "5")
    public int depth;

    public boolean isClient;
    public String status;
    public Map<String, Object> attributes;

    @Schema(description = "ISO 3166-1 alpha-2")
    public String nationality;

    @Schema(description = "ISO 3166-1 alpha-2; for items that have none")
    public String country;

    public Object monitoring;

    @Schema(maxItems = 10)
    public List<String> reportRecipientEmails;

    @Schema(enumeration = {"en", "es", "pt"})
    public String emailLocale;

    @Schema(description = "Key to field (version 1), or version 2 with templates and formats")
    public Map<String, Object> columnMapping;

    @Schema(description = "Your own word for the job", maxLength = 200)
    public String label;

    @Schema(description = UploadForms.EXPECTED_ROWS)
    public int expectedRows;

    @Schema(description = "SHA-256 of the array's bytes in hexadecimal digits")
    public String expectedSha256;

    @Schema(description = UploadForms.EXPECTED_SUM, examples = "1234.56")
    public BigDecimal expectedSum;

    @Schema(description = "The key that expectedSum is of")
    public String sumColumn;
  }
}
