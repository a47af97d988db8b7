package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON body that carries rows: where its arrays of rows stand, and everything around them.
 *
 * @param sources in the order of the body
 * @param options every other member
 * @param warnings about members that are ignored
 */
record BatchBody(List<Source> sources, Map<String, JsonNode> options, List<String> warnings) {

  /**
   * One array of rows.
   *
   * @param fileName null when the body gives it none
   * @param start offset of the opening bracket, in UTF-16 units as {@link BatchBodyReader#open} has
   *     them
   * @param end offset behind the closing bracket
   */
  record Source(@Nullable String fileName, long start, long end) {}
}
