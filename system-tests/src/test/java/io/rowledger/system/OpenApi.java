package io.rowledger.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The API's description of itself, and whether an answer is what it promises. */
final class OpenApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String AT = "https://rowledger.test/openapi";
  private static final Set<String> METHODS =
      Set.of("get", "post", "put", "patch", "delete", "head", "options");

  private final JsonNode document;
  private final JsonSchemaFactory factory;
  private final SchemaValidatorsConfig config =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
  private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

  /**
   * One method of one path.
   *
   * @param method in upper case
   */
  record Operation(String path, String method, JsonNode description, JsonNode parameters) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  OpenApi(String json) {
    try {
      document = JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    factory =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(AT, json))));
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          var parameters = JSON.createArrayNode();
          path.getValue().path("parameters").forEach(p -> parameters.add(resolve(p)));
          method.getValue().path("parameters").forEach(p -> parameters.add(resolve(p)));
          operations.add(
              new Operation(
                  path.getKey(),
                  method.getKey().toUpperCase(Locale.ROOT),
                  method.getValue(),
                  parameters));
        }
      }
    }
    return operations;
  }

  /** The node a reference points to; the node itself when it is none. */
  JsonNode resolve(JsonNode node) {
    JsonNode ref = node.get("$ref");
    return ref == null ? node : resolve(document.at(ref.asText().substring(1)));
  }

  /**
   * What is wrong with an answer.
   *
   * @return null when it is as described
   */
  @Nullable String violation(
      Operation operation, int status, @Nullable String contentType, @Nullable String body) {
    if (status >= 500) {
      return "status " + status;
    }
    JsonNode responses = operation.description().path("responses");
    String key = responses.has(Integer.toString(status)) ? Integer.toString(status) : "default";
    if (!responses.has(key) || (key.equals("default") && status < 400)) {
      return "status " + status + " is not described";
    }
    JsonNode described = responses.path(key);
    JsonNode content = resolve(described).path("content");
    if (body == null || body.isEmpty()) {
      // 414 is said by the HTTP server itself, before there is a route that could write a body.
      return content.isEmpty() || status == 304 || status == 414 ? null : "an empty body";
    }
    String type = typeIn(content, contentType);
    if (type == null) {
      return "content type " + contentType + " is not described for " + status;
    }
    if (!content.path(type).has("schema")) {
      return type.endsWith("json") ? "no schema for " + status : null;
    }
    if (!type.endsWith("json")) {
      return null;
    }
    String at =
        described.has("$ref")
            ? described.get("$ref").asText().substring(1)
            : "/paths/%s/%s/responses/%s"
                .formatted(
                    escaped(operation.path()), operation.method().toLowerCase(Locale.ROOT), key);
    return violation(at + "/content/" + escaped(type) + "/schema", body);
  }

  /** The described type that is the answer's, whatever parameters the two have. */
  private static @Nullable String typeIn(JsonNode content, @Nullable String contentType) {
    String plain = contentType == null ? "" : contentType.replaceFirst(";.*", "").strip();
    for (Map.Entry<String, JsonNode> described : content.properties()) {
      if (described.getKey().replaceFirst(";.*", "").strip().equals(plain)) {
        return described.getKey();
      }
    }
    return null;
  }

  private @Nullable String violation(String pointer, String body) {
    JsonSchema schema =
        schemas.computeIfAbsent(
            pointer, at -> factory.getSchema(SchemaLocation.of(AT + "#" + at), config));
    Set<ValidationMessage> wrong = schema.validate(body, InputFormat.JSON);
    return wrong.isEmpty() ? null : wrong.toString();
  }

  private static String escaped(String part) {
    // A pointer inside the fragment of a URI: braces of a path template are no characters of one.
    return part.replace("~", "~0")
        .replace("/", "~1")
        .replace("{", "%7B")
        .replace("}", "%7D")
        .replace("+", "%2B");
  }
}
