package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One place of a record and the compiled way to fill it.
 *
 * @param column the column it is reported under, null when no column feeds it
 */
record Binding(
    TargetPath target,
    Cells cells,
    @Nullable String column,
    DecimalSyntax decimal,
    TimeSyntax time,
    Map<String, String> values,
    @Nullable String defaultValue,
    @Nullable String fallback) {

  @Nullable String text(MappedRow row) {
    String text = cells.text(row);
    if (text != null && !values.isEmpty()) {
      String listed = values.get(text);
      if (listed != null) {
        text = listed.isEmpty() ? null : listed;
      } else if (defaultValue != null) {
        return defaultValue;
      }
    }
    if (text != null) {
      return text;
    }
    return defaultValue != null ? defaultValue : fallback;
  }

  @Nullable JsonNode node(MappedRow row) {
    JsonNode node = values.isEmpty() ? cells.node(row) : null;
    if (node != null) {
      return node;
    }
    String text = text(row);
    return text == null ? null : TextNode.valueOf(text);
  }
}
