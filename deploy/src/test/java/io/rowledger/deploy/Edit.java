package io.rowledger.deploy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

/** Breaks a manifest. */
final class Edit {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Edit() {}

  /**
   * Changes one place.
   *
   * @param value JSON, or a text without quotes; null takes away what is there
   */
  static void of(Manifest object, String pointer, @Nullable String value) {
    JsonPointer place = JsonPointer.compile(pointer);
    JsonNode parent = object.json().at(place.head());
    if (parent instanceof ArrayNode array) {
      int index = place.last().getMatchingIndex();
      if (value == null) {
        array.remove(index);
      } else {
        array.set(index, parsed(value));
      }
    } else if (parent instanceof ObjectNode node) {
      String name = place.last().getMatchingProperty();
      if (value == null) {
        node.remove(name);
      } else {
        node.set(name, parsed(value));
      }
    } else {
      throw new IllegalArgumentException(object.id() + " has no " + pointer);
    }
  }

  private static JsonNode parsed(String value) {
    try {
      return JSON.readTree(value);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(value);
    }
  }
}
