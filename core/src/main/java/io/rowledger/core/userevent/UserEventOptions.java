package io.rowledger.core.userevent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * The options of a user events job (contract section 3).
 *
 * @param executeRules for the systems behind; default true
 * @param withAutoEntity an event whose tax id and its country match nobody creates that person;
 *     default true
 */
public record UserEventOptions(boolean executeRules, boolean withAutoEntity) {

  public static final UserEventOptions DEFAULTS = new UserEventOptions(true, true);

  /** As stored with the job. */
  public JsonNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("executeRules", executeRules)
        .put("withAutoEntity", withAutoEntity);
  }

  /** Reads what {@link #toJson()} wrote; absent options have their default. */
  public static UserEventOptions fromJson(JsonNode json) {
    return new UserEventOptions(
        json.path("executeRules").asBoolean(DEFAULTS.executeRules()),
        json.path("withAutoEntity").asBoolean(DEFAULTS.withAutoEntity()));
  }
}
