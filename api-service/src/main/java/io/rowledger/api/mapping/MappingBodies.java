package io.rowledger.api.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rowledger.api.wire.Texts;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What goes over the wire about mappings. In a change, null means: as it was. */
final class MappingBodies {

  static final int MAX_NAME = 200;

  private static final String NOT_BLANK = "(?s).*\\S.*";
  private static final String TARGETS =
      "transaction, entity_person, entity_company, entity_mixed or user_event";
  private static final String COLUMN_MAPPING =
      "version 1: column to field, null to ignore the column; or version 2 with rules";
  private static final String DEFAULT_FIELDS = "field to the value of rows that have none";
  private static final String HEADERS = "the headers of the file the mapping was made for";

  private MappingBodies() {}

  @RegisterForReflection
  @Schema(name = "NewMapping")
  record NewMapping(
      @Schema(examples = "Bank statement")
          @NotBlank
          @Size(max = MAX_NAME)
          @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String name,
      @Schema(description = TARGETS, examples = "transaction") @NotNull String target,
      @Schema(implementation = Object.class, type = SchemaType.OBJECT, description = COLUMN_MAPPING)
          @NotNull
          @JsonDeserialize(using = ExactJson.class)
          JsonNode columnMapping,
      @Schema(implementation = Object.class, type = SchemaType.OBJECT, description = DEFAULT_FIELDS)
          @JsonDeserialize(using = ExactJson.class)
          @Nullable JsonNode defaultFields,
      @Schema(description = HEADERS) @Nullable @Size(max = 2000)
          List<@NotNull @Size(max = 1000) String> headersSnapshot) {}

  @RegisterForReflection
  @Schema(name = "MappingChange", description = "what is absent stays")
  record MappingChange(
      @Nullable
          @Size(max = MAX_NAME)
          @Pattern(regexp = NOT_BLANK, message = "must not be blank")
          @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String name,
      @Schema(description = TARGETS) @Nullable String target,
      @Schema(implementation = Object.class, type = SchemaType.OBJECT, description = COLUMN_MAPPING)
          @JsonDeserialize(using = ExactJson.class)
          @Nullable JsonNode columnMapping,
      @Schema(implementation = Object.class, type = SchemaType.OBJECT, description = DEFAULT_FIELDS)
          @JsonDeserialize(using = ExactJson.class)
          @Nullable JsonNode defaultFields,
      @Schema(description = HEADERS) @Nullable @Size(max = 2000)
          List<@NotNull @Size(max = 1000) String> headersSnapshot,
      @Schema(description = "the version that was read; with another one the change is refused")
          @Nullable
          @Min(1)
          Integer version) {}

  @RegisterForReflection
  @Schema(name = "Mapping")
  record MappingBody(
      UUID id,
      String name,
      @Schema(description = TARGETS) String target,
      @Schema(implementation = Object.class, type = SchemaType.OBJECT, description = COLUMN_MAPPING)
          JsonNode columnMapping,
      @Schema(implementation = Object.class, type = SchemaType.OBJECT, description = DEFAULT_FIELDS)
          JsonNode defaultFields,
      @Schema(type = SchemaType.ARRAY, implementation = String.class, description = HEADERS)
          JsonNode headersSnapshot,
      @Schema(description = "from 1; every change raises it") int version,
      Instant createdAt,
      Instant updatedAt) {

    static MappingBody of(StoredMapping mapping) {
      return new MappingBody(
          mapping.id,
          mapping.name,
          mapping.target,
          ExactJson.read(mapping.columnMapping),
          ExactJson.read(mapping.defaultFields),
          ExactJson.read(mapping.headersSnapshot),
          mapping.version,
          mapping.createdAt,
          mapping.updatedAt);
    }
  }

  @RegisterForReflection
  @Schema(name = "MappingAnswer")
  record MappingAnswer(boolean success, MappingBody mapping) {

    static MappingAnswer of(StoredMapping mapping) {
      return new MappingAnswer(true, MappingBody.of(mapping));
    }
  }

  @RegisterForReflection
  @Schema(name = "MappingList")
  record MappingList(boolean success, List<MappingBody> mappings, @Nullable String nextPageToken) {}

  @RegisterForReflection
  @Schema(name = "MappingDeleted")
  record Deleted(boolean ok) {}
}
