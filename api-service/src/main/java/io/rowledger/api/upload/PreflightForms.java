package io.rowledger.api.upload;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The forms as the API description shows them. They are read by {@link FormFields}. */
final class PreflightForms {

  private PreflightForms() {}

  /** Form of a check. */
  @Schema(name = "FileToCheck")
  static final class Check {

    @Schema(type = SchemaType.STRING, format = "binary", required = true)
    public String file;

    @Schema(description = "A mapping of /batch-import/mappings")
    public String mappingId;

    @Schema(description = "JSON: the mapping itself, instead of mappingId; needs target")
    public String columnMapping;

    @Schema(
        description = "With columnMapping; alone for a file in the platform's own format",
        enumeration = {
          "transaction",
          "entity_person",
          "entity_company",
          "entity_mixed",
          "user_event"
        })
    public String target;

    @Schema(
        description = "Entities: what the upload will say",
        defaultValue = "manual",
        enumeration = {"manual", "automatic"})
    public String entityImportMode;

    @Schema(description = "Entities: the country the upload will say, ISO 3166-1 alpha-2")
    public String country;

    @Schema(description = "One of , ; | or tab; found out when absent")
    public String delimiter;

    @Schema(description = "Such as windows-1252; found out when absent")
    public String charset;

    @Schema(description = "Workbooks: name of the sheet or its number from 1")
    public String sheet;
  }

  /** Form of a suggestion. */
  @Schema(name = "FileToMap")
  static final class Suggest {

    @Schema(type = SchemaType.STRING, format = "binary", required = true)
    public String file;

    @Schema(
        required = true,
        enumeration = {
          "transaction",
          "entity_person",
          "entity_company",
          "entity_mixed",
          "user_event"
        })
    public String target;

    @Schema(description = "One of , ; | or tab; found out when absent")
    public String delimiter;

    @Schema(description = "Such as windows-1252; found out when absent")
    public String charset;

    @Schema(description = "Workbooks: name of the sheet or its number from 1")
    public String sheet;
  }
}
