package io.rowledger.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.system.OpenApi.Operation;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request of which nobody knows whether it makes sense: partly what the description asks for,
 * partly what it forbids, from a seeded random.
 *
 * @param target path and query, encoded
 * @param body as text of one byte a character; null when there is none
 */
record RandomRequest(
    String method, String target, Map<String, String> headers, @Nullable String body) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Texts at which parsers, databases and escaping go wrong. */
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "0",
          "-1",
          "1",
          "2147483648",
          "9223372036854775808",
          "1e400",
          "NaN",
          "true",
          "TRUE",
          "null",
          "[]",
          "{}",
          "{\"a\":",
          "' OR 1=1 --",
          "<script>",
          "../../etc/passwd",
          "%00",
          "\u0000",
          "\uFFFD",
          "\uD83D\uDE00",
          "I\u0307\u0131",
          "\u202Eabc",
          "2026-02-30",
          "2026-01-31T12:00:00Z",
          "-999999999-01-01T00:00:00Z",
          "+999999999-12-31T23:59:59Z",
          "2026-01-31",
          "queued,running",
          "transaction_batch",
          "\"quoted\"",
          "x".repeat(300),
          "x".repeat(5000));

  private static final List<String> FILES =
      List.of(
          "",
          "\n",
          "externalId,type,amount,currency\nt-%1$s,PAYMENT,1.50,USD\nu-%1$s,NONSENSE,1,USD\n",
          "externalId;type;amount;currency\nt-%1$s;PAYMENT;1,50;BRL\n",
          "externalId,type,amount,currency\n\"open\n",
          "a,a\n1,2\n",
          "tax_id,type,suggested_name,country_code\n529.982.247-25,person,Ana %1$s,BR\n,company,x,US\n",
          "[{\"externalId\":\"j-%1$s\",\"type\":\"FEE\",\"amount\":1,\"currency\":\"EUR\"}]",
          "{\"externalId\":\"n-%1$s\",\"type\":\"FEE\",\"amount\":1,\"currency\":\"EUR\"}\n{\"x\":",
          "eventType,taxId,taxIdCountry\nLOGIN,52998224725,BR\nlogin,,\n",
          "[",
          "\u0000\u0001\u0002",
          "PK\u0003\u0004garbage",
          "\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1");

  /**
   * Makes a request for an operation.
   *
   * @param ids of things that exist or existed
   */
  static RandomRequest of(OpenApi api, Operation operation, List<String> ids, Random random) {
    String path = operation.path();
    List<String> query = new ArrayList<>();
    Map<String, String> headers = new LinkedHashMap<>();
    for (JsonNode parameter : operation.parameters()) {
      String name = parameter.path("name").asText();
      JsonNode schema = api.resolve(parameter.path("schema"));
      switch (parameter.path("in").asText()) {
        case "path" -> path = path.replace("{" + name + "}", encoded(pathValue(ids, random)));
        case "query" -> {
          if (random.nextInt(10) < 4) {
            query.add(encoded(name) + "=" + encoded(text(api, schema, ids, random)));
          }
        }
        case "header" -> {
          if (random.nextInt(10) < 4) {
            headers.put(name, headerValue(name, random));
          }
        }
        default -> throw new IllegalStateException(parameter.toString());
      }
    }
    if (random.nextInt(20) == 0) {
      query.add("nobodyKnows=" + encoded(any(TEXTS, random)));
    }
    byte[] body = body(api, operation, ids, random, headers);
    String latin = body == null ? null : new String(body, StandardCharsets.ISO_8859_1);
    String target = path + (query.isEmpty() ? "" : "?" + String.join("&", query));
    String method = random.nextInt(50) == 0 ? "PUT" : operation.method();
    return new RandomRequest(method, target, headers, latin);
  }

  private static String pathValue(List<String> ids, Random random) {
    String value =
        switch (random.nextInt(10)) {
          case 0 -> UUID.randomUUID().toString();
          case 1 -> any(TEXTS, random);
          case 2 -> any(List.of("transactions", "entities", "user-events"), random);
          default -> any(ids, random);
        };
    // An empty segment is another path, and dots are taken out by clients before they send.
    return value.isEmpty() || value.startsWith(".") ? "x" : value;
  }

  private static String headerValue(String name, Random random) {
    return switch (name) {
      case "Prefer" -> any(List.of("wait=0", "wait=1", "wait=x", "wait", "respond-async"), random);
      case "If-None-Match" -> any(List.of("*", "\"x\"", "W/\"x\"", "x", "\"a\", \"b\""), random);
      case "Idempotency-Key" ->
          any(List.of("key-" + random.nextInt(5), "\"quoted\"", "\"open", "x".repeat(257)), random);
      default -> any(List.of("x", "1", "*/*"), random);
    };
  }

  private static byte @Nullable [] body(
      OpenApi api,
      Operation operation,
      List<String> ids,
      Random random,
      Map<String, String> headers) {
    JsonNode content = api.resolve(operation.description().path("requestBody")).path("content");
    if (content.isEmpty()) {
      return null;
    }
    String type = content.fieldNames().next();
    JsonNode media = content.path(type);
    if (type.startsWith("multipart/")) {
      String boundary = "b" + random.nextLong(Long.MAX_VALUE);
      headers.put("Content-Type", type + "; boundary=" + boundary);
      return form(api, api.resolve(media.path("schema")), boundary, ids, random);
    }
    headers.put("Content-Type", random.nextInt(50) == 0 ? "text/plain" : type);
    return switch (random.nextInt(20)) {
      case 0 -> new byte[0];
      case 1 -> any(TEXTS, random).getBytes(StandardCharsets.UTF_8);
      default -> json(api, media, ids, random).toString().getBytes(StandardCharsets.UTF_8);
    };
  }

  private static JsonNode json(OpenApi api, JsonNode media, List<String> ids, Random random) {
    JsonNode example = media.path("example");
    for (JsonNode one : media.path("examples")) {
      if (example.isMissingNode() || random.nextBoolean()) {
        example = one.path("value");
      }
    }
    JsonNode base =
        example.isMissingNode() || random.nextInt(3) == 0
            ? value(api, media.path("schema"), ids, random, 0)
            : parsed(example);
    return random.nextInt(3) == 0 ? base : broken(base, random);
  }

  private static JsonNode parsed(JsonNode example) {
    if (!example.isTextual()) {
      return example;
    }
    try {
      return JSON.readTree(example.asText());
    } catch (java.io.IOException e) {
      return example;
    }
  }

  /** A copy with one thing changed somewhere. */
  private static JsonNode broken(JsonNode node, Random random) {
    if (!node.isContainerNode() || node.isEmpty() || random.nextInt(6) == 0) {
      return node.isObject() && random.nextBoolean()
          ? ((ObjectNode) node.deepCopy()).set("nobodyKnows", scalar(random))
          : scalar(random);
    }
    JsonNode copy = node.deepCopy();
    if (copy instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = any(names, random);
      if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, broken(object.get(name), random));
      }
    } else if (copy instanceof ArrayNode array) {
      int index = random.nextInt(array.size());
      array.set(index, broken(array.get(index), random));
    }
    return copy;
  }

  private static JsonNode scalar(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt());
      case 3 -> NODES.numberNode(BigInteger.ONE.shiftLeft(200));
      case 4 -> NODES.arrayNode().add(1);
      case 5 -> NODES.objectNode().put("a", 1);
      default -> NODES.textNode(any(TEXTS, random));
    };
  }

  private static JsonNode value(
      OpenApi api, JsonNode unresolved, List<String> ids, Random random, int depth) {
    JsonNode schema = api.resolve(unresolved);
    if (schema.has("enum")) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    JsonNode type = schema.path("type");
    String name = type.isArray() ? type.get(0).asText() : type.asText();
    return switch (name) {
      case "object" -> {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
          if (depth < 4 && random.nextInt(4) > 0) {
            object.set(property.getKey(), value(api, property.getValue(), ids, random, depth + 1));
          }
        }
        yield object;
      }
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          array.add(value(api, schema.path("items"), ids, random, depth + 1));
        }
        yield array;
      }
      case "integer" -> NODES.numberNode(random.nextInt(-2, 12));
      case "number" -> NODES.numberNode(random.nextDouble());
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      default -> NODES.textNode(text(api, schema, ids, random));
    };
  }

  private static String text(OpenApi api, JsonNode schema, List<String> ids, Random random) {
    JsonNode values = api.resolve(schema).path("enum");
    return switch (random.nextInt(4)) {
      case 0 -> any(ids, random);
      case 1 -> any(TEXTS, random);
      default ->
          values.isEmpty()
              ? Integer.toString(random.nextInt(-1, 600))
              : values.get(random.nextInt(values.size())).asText();
    };
  }

  private static byte[] form(
      OpenApi api, JsonNode schema, String boundary, List<String> ids, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      boolean file = name.equals("file");
      if (file ? random.nextInt(20) == 0 : random.nextInt(8) > 0) {
        continue;
      }
      int times = random.nextInt(30) == 0 ? 2 : 1;
      for (int i = 0; i < times; i++) {
        String head =
            "--%s\r\nContent-Disposition: form-data; name=\"%s\"".formatted(boundary, name);
        if (file) {
          head += "; filename=\"%s\"".formatted(any(List.of("a.csv", "a.json", "a.xlsx"), random));
        }
        String content =
            file
                ? any(FILES, random).replace("%1$s", Long.toString(random.nextLong()))
                : text(api, property.getValue(), ids, random);
        out.writeBytes(
            (head + "\r\n\r\n" + content + "\r\n")
                .getBytes(
                    file && random.nextInt(3) == 0
                        ? StandardCharsets.ISO_8859_1
                        : StandardCharsets.UTF_8));
      }
    }
    if (random.nextInt(50) > 0) {
      out.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
