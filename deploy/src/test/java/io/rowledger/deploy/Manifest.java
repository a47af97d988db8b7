package io.rowledger.deploy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One object of a rendering. */
record Manifest(ObjectNode json) {

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL).build());

  /** The objects of a stream of YAML documents. */
  static List<Manifest> parse(String yaml) {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(new TypeReference<JsonNode>() {}).readValues(yaml)) {
      List<Manifest> objects = new ArrayList<>();
      while (documents.hasNextValue()) {
        if (documents.nextValue() instanceof ObjectNode object) {
          objects.add(new Manifest(object));
        }
      }
      return List.copyOf(objects);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Manifest copy() {
    return new Manifest(json.deepCopy());
  }

  String kind() {
    return json.path("kind").asText();
  }

  String name() {
    return json.at("/metadata/name").asText();
  }

  /** {@code Deployment/api-service}. */
  String id() {
    return kind() + "/" + name();
  }

  /** {@code apps/v1 Deployment}. */
  String type() {
    return json.path("apiVersion").asText() + " " + kind();
  }

  JsonNode at(String pointer) {
    return json.at(pointer);
  }

  String text(String pointer) {
    return json.at(pointer).asText();
  }

  static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static Stream<String> texts(JsonNode array) {
    return each(array).map(JsonNode::asText);
  }
}
