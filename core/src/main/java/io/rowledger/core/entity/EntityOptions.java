package io.rowledger.core.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.mapping.Countries;
import io.rowledger.core.mapping.FieldCatalog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of an entities job (contract section 3); what a row says itself beats them.
 *
 * @param stopOnFirstError default false
 * @param skipRulesExecution default false; for the systems behind
 * @param riskMatrixPersonId for the systems behind
 * @param riskMatrixCompanyId for the systems behind
 * @param autoExecuteIntegrations any JSON, for the systems behind
 * @param autoExecuteIntegrationsShareholders any JSON, for the systems behind
 * @param depth 0 to 5, for the systems behind
 * @param isClient of rows that do not say
 * @param status of rows that do not say, a status of contract section 9
 * @param attributes a JSON object that every entity gets; keys of the row win
 * @param nationality of rows that do not say, ISO 3166-1 alpha-2
 * @param monitoring any JSON, for the systems behind
 * @param country of rows and mappings that do not say, ISO 3166-1 alpha-2
 */
public record EntityOptions(
    ImportMode importMode,
    boolean stopOnFirstError,
    boolean skipRulesExecution,
    @Nullable String riskMatrixPersonId,
    @Nullable String riskMatrixCompanyId,
    @Nullable JsonNode autoExecuteIntegrations,
    @Nullable JsonNode autoExecuteIntegrationsShareholders,
    @Nullable Integer depth,
    @Nullable Boolean isClient,
    @Nullable String status,
    @Nullable JsonNode attributes,
    @Nullable String nationality,
    @Nullable JsonNode monitoring,
    @Nullable String country) {

  /** Nothing but the mode. */
  public static EntityOptions of(ImportMode mode) {
    return new EntityOptions(
        mode, false, false, null, null, null, null, null, null, null, null, null, null, null);
  }

  /**
   * Puts codes in canonical case.
   *
   * @throws IllegalArgumentException for a depth, status, country or attributes that are none; the
   *     message is for the caller and names the option
   */
  public EntityOptions {
    if (depth != null && (depth < 0 || depth > 5)) {
      throw new IllegalArgumentException("depth is a number from 0 to 5");
    }
    if (attributes != null && !attributes.isObject()) {
      throw new IllegalArgumentException("attributes is a JSON object");
    }
    status = status == null ? null : knownStatus(status);
    nationality = nationality == null ? null : knownCountry("nationality", nationality);
    country = country == null ? null : knownCountry("country", country);
  }

  private static String knownStatus(String status) {
    String known = FieldCatalog.ENTITY.field("status").canonical(status);
    if (known == null) {
      throw new IllegalArgumentException(
          "status is one of " + String.join(", ", FieldCatalog.ENTITY.field("status").values()));
    }
    return known;
  }

  private static String knownCountry(String option, String code) {
    String known = Countries.canonical(code);
    if (known == null) {
      throw new IllegalArgumentException(option + " is a country code of two letters (ISO 3166-1)");
    }
    return known;
  }

  /** Fields that rows must have because of these options, beyond those required anyway. */
  public List<String> requiredFields() {
    List<String> required = new ArrayList<>();
    if (importMode == ImportMode.MANUAL) {
      required.add("name");
    }
    if (country == null) {
      required.add("countryCode");
    }
    return List.copyOf(required);
  }

  /** As stored with the job; absent options have no key. */
  public JsonNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("importMode", importMode.wireName());
    json.put("stopOnFirstError", stopOnFirstError);
    json.put("skipRulesExecution", skipRulesExecution);
    put(json, "riskMatrixPersonId", text(riskMatrixPersonId));
    put(json, "riskMatrixCompanyId", text(riskMatrixCompanyId));
    put(json, "autoExecuteIntegrations", autoExecuteIntegrations);
    put(json, "autoExecuteIntegrationsShareholders", autoExecuteIntegrationsShareholders);
    put(json, "depth", depth == null ? null : json.numberNode(depth.intValue()));
    put(json, "isClient", isClient == null ? null : json.booleanNode(isClient));
    put(json, "status", text(status));
    put(json, "attributes", attributes);
    put(json, "nationality", text(nationality));
    put(json, "monitoring", monitoring);
    put(json, "country", text(country));
    return json;
  }

  private static void put(ObjectNode json, String key, @Nullable JsonNode value) {
    if (value != null) {
      json.set(key, value.deepCopy());
    }
  }

  private static @Nullable JsonNode text(@Nullable String text) {
    return text == null ? null : JsonNodeFactory.instance.textNode(text);
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @throws IllegalArgumentException for an option that is none
   */
  public static EntityOptions fromJson(JsonNode json) {
    return new EntityOptions(
        ImportMode.ofWireName(json.path("importMode").asText("manual"))
            .orElseThrow(() -> new IllegalArgumentException("importMode is manual or automatic")),
        json.path("stopOnFirstError").asBoolean(false),
        json.path("skipRulesExecution").asBoolean(false),
        textOf(json, "riskMatrixPersonId"),
        textOf(json, "riskMatrixCompanyId"),
        given(json, "autoExecuteIntegrations"),
        given(json, "autoExecuteIntegrationsShareholders"),
        given(json, "depth") == null ? null : Integer.valueOf(json.path("depth").asInt(-1)),
        given(json, "isClient") == null ? null : Boolean.valueOf(json.path("isClient").asBoolean()),
        textOf(json, "status"),
        given(json, "attributes"),
        textOf(json, "nationality"),
        given(json, "monitoring"),
        textOf(json, "country"));
  }

  private static @Nullable JsonNode given(JsonNode json, String key) {
    JsonNode value = json.path(key);
    return value.isMissingNode() || value.isNull() ? null : value;
  }

  private static @Nullable String textOf(JsonNode json, String key) {
    JsonNode value = given(json, key);
    return value == null ? null : value.asText();
  }
}
