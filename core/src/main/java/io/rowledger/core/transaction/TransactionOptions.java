package io.rowledger.core.transaction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * The options of a transactions job (contract section 3).
 *
 * @param executeRules for the systems behind; default true
 * @param skipDuplicates an external id that exists is a skip (true, default) or a failure
 * @param validateExistingEntity a party that names an unknown entity is an error; default true
 */
public record TransactionOptions(
    boolean executeRules, boolean skipDuplicates, boolean validateExistingEntity) {

  public static final TransactionOptions DEFAULTS = new TransactionOptions(true, true, true);

  /** As stored with the job. */
  public JsonNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("executeRules", executeRules)
        .put("skipDuplicates", skipDuplicates)
        .put("validateExistingEntity", validateExistingEntity);
  }

  /** Reads what {@link #toJson()} wrote; absent options have their default. */
  public static TransactionOptions fromJson(JsonNode json) {
    return new TransactionOptions(
        json.path("executeRules").asBoolean(DEFAULTS.executeRules()),
        json.path("skipDuplicates").asBoolean(DEFAULTS.skipDuplicates()),
        json.path("validateExistingEntity").asBoolean(DEFAULTS.validateExistingEntity()));
  }
}
