package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether two requests ask for the same, for {@code Idempotency-Key}: SHA-256 over
 *
 * <ul>
 *   <li>the SHA-256 of each file's bytes, in the order of the files; of a JSON body, of the bytes
 *       of each array from its opening to its closing bracket;
 *   <li>every parameter as it was understood: what was left out counts as its default, text fields
 *       without surrounding white space, a mode by its short name, a delimiter and a charset by
 *       their usual name, JSON without white space, with sorted keys and numbers by their value.
 * </ul>
 *
 * Not in it: the names of files (clients spool to files with names of their own), the order of form
 * fields or members, the boundary of the form, unknown fields, and the caller (a key belongs to the
 * organisation).
 */
public final class RequestDigest {

  /** Changes when the same request would get another digest: old keys then answer 422. */
  private static final int VERSION = 1;

  private RequestDigest() {}

  /**
   * The digest in lower case hex.
   *
   * @param files SHA-256 of each file in lower case hex
   */
  static String of(ImportRequest request, List<String> files) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    json.put("kind", request.kind().wireName());
    files.forEach(json.putArray("files")::add);
    json.put("format", request.format().normalized());
    json.put("errorHandling", request.errorHandling().wireName());
    json.set("mapping", request.mapping().toJson());
    json.set("options", request.options());
    json.put("validateGap", request.validateGap());
    CommonOptions common = request.common();
    json.put("dryRun", common.dryRun());
    json.put("label", common.label());
    json.put("lineage", common.lineage().toString());
    ControlTotals totals = common.totals();
    json.put("expectedRows", totals.rows());
    totals.sha256().forEach(json.putArray("expectedSha256")::add);
    json.put("expectedSum", totals.sum());
    json.put("sumColumn", totals.sumColumn());
    return of(json);
  }

  /** The digest of parameters alone, for requests that send no file. */
  public static String of(JsonNode parameters) {
    return HexFormat.of()
        .formatHex(sha256().digest(canonical(parameters).getBytes(StandardCharsets.UTF_8)));
  }

  /** The same text for JSON that means the same. */
  static String canonical(@Nullable JsonNode json) {
    StringBuilder text = new StringBuilder();
    append(json == null ? JsonNodeFactory.instance.nullNode() : json, text);
    return text.toString();
  }

  private static void append(JsonNode json, StringBuilder text) {
    if (json.isObject()) {
      TreeMap<String, JsonNode> sorted = new TreeMap<>();
      json.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
      char next = '{';
      for (var entry : sorted.entrySet()) {
        text.append(next).append(JsonNodeFactory.instance.textNode(entry.getKey())).append(':');
        append(entry.getValue(), text);
        next = ',';
      }
      text.append(sorted.isEmpty() ? "{}" : "}");
    } else if (json.isArray()) {
      char next = '[';
      for (JsonNode element : json) {
        text.append(next);
        append(element, text);
        next = ',';
      }
      text.append(json.isEmpty() ? "[]" : "]");
    } else if (json.isNumber()) {
      BigDecimal number = json.decimalValue();
      text.append(number.signum() == 0 ? "0" : number.stripTrailingZeros().toString());
    } else {
      text.append(json);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
