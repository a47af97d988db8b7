package io.rowledger.core.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.row.StorableText;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Free-form JSON that {@code jsonb} can hold: numbers keep every digit (a double would change
 * them), nesting and exponents are bounded, texts and keys are storable.
 */
public final class FreeForm {

  static final int MAX_NESTING = 100;
  private static final int MAX_EXPONENT = 1000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private FreeForm() {}

  /** Null when the text is not JSON. */
  static @Nullable JsonNode parse(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node.isMissingNode() ? null : node;
    } catch (JsonProcessingException malformed) {
      return null;
    }
  }

  /** Only text that looks like an object or array is worth parsing. */
  static boolean looksLikeContainer(String text) {
    int length = text.length();
    return length > 1 && (text.charAt(0) == '{' || text.charAt(0) == '[');
  }

  /** True when {@code jsonb} can hold it. */
  public static boolean isStorable(JsonNode node) {
    return isStorable(node, MAX_NESTING);
  }

  private static boolean isStorable(JsonNode node, int levels) {
    if (node.isTextual()) {
      return StorableText.isStorable(node.textValue());
    }
    if (node.isBigDecimal()) {
      BigDecimal number = node.decimalValue();
      return Math.abs((long) number.scale()) <= MAX_EXPONENT;
    }
    if (!node.isContainerNode()) {
      return !node.isFloatingPointNumber() || Double.isFinite(node.doubleValue());
    }
    if (levels == 0) {
      return false;
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!StorableText.isStorable(entry.getKey()) || !isStorable(entry.getValue(), levels - 1)) {
        return false;
      }
    }
    if (node.isArray()) {
      for (JsonNode element : node) {
        if (!isStorable(element, levels - 1)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The value at a path, null when there is none. Keys match as headers do. */
  static @Nullable JsonNode at(@Nullable JsonNode start, List<String> keys) {
    JsonNode node = start;
    for (String key : keys) {
      if (node == null || !node.isObject()) {
        return null;
      }
      JsonNode next = node.get(key);
      node = next == null ? loosely(node, key) : next;
    }
    return node == null || node.isNull() ? null : node;
  }

  private static @Nullable JsonNode loosely(JsonNode object, String key) {
    String loose = HeaderNames.loose(key);
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (HeaderNames.loose(entry.getKey()).equals(loose)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** Puts a value at a path; objects on the way are made, and replace what is no object. */
  static void put(ObjectNode root, List<String> keys, JsonNode value) {
    ObjectNode object = root;
    for (String key : keys.subList(0, keys.size() - 1)) {
      object = object.get(key) instanceof ObjectNode inner ? inner : object.putObject(key);
    }
    object.set(keys.get(keys.size() - 1), value);
  }

  /** Adds what {@code base} has and {@code winner} has not, objects within objects included. */
  public static void fill(ObjectNode winner, JsonNode base) {
    for (Map.Entry<String, JsonNode> entry : base.properties()) {
      JsonNode own = winner.get(entry.getKey());
      if (own == null) {
        winner.set(entry.getKey(), entry.getValue().deepCopy());
      } else if (own instanceof ObjectNode inner && entry.getValue().isObject()) {
        fill(inner, entry.getValue());
      }
    }
  }
}
