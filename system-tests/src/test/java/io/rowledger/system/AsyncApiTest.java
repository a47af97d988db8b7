package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/asyncapi.yaml} is AsyncAPI 3, and says what the code says. */
class AsyncApiTest {
  private static final Path ROOT = Path.of(System.getProperty("rowledger.root", ".."));
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Path EVENTS = ROOT.resolve("core/src/main/java/io/rowledger/core/event");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @Test
  void itIsAsTheSpecificationWantsIt() throws IOException {
    JsonSchema specification = specification();

    assertThat(specification.validate(description())).isEmpty();
  }

  @Test
  void theSpecificationWouldFindAMistake() throws IOException {
    JsonNode wrong = description();
    ((ObjectNode) wrong.at("/channels/jobEvents")).put("adress", "a");

    assertThat(specification().validate(wrong)).isNotEmpty();
  }

  @Test
  void everyReferenceLeadsSomewhere() throws IOException {
    JsonNode description = description();
    List<String> references = references(description);

    assertThat(references).hasSizeGreaterThan(4);
    for (String reference : references) {
      if (reference.startsWith("#")) {
        assertThat(description.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
      } else {
        JsonNode schema = JSON.readTree(DOCS.resolve(reference).toFile());
        for (String inside : references(schema)) {
          assertThat(schema.at(inside.substring(1)).isMissingNode()).as(inside).isFalse();
        }
      }
    }
  }

  @Test
  void theChannelIsTheTopicOfTheService() throws IOException {
    String topic =
        first(
            EVENTS.resolve("EventsConfig.java"), "@WithDefault\\(\"([^\"]+)\"\\)\\s+String topic");

    JsonNode channels = description().path("channels");

    assertThat(channels).hasSize(1);
    JsonNode channel = channels.elements().next();
    assertThat(channel.path("address").asText()).isEqualTo(topic);
    assertThat(channel.at("/bindings/kafka/topic").asText()).isEqualTo(topic);
  }

  @Test
  void theHeadersAndTypesAreThoseThatAreSent() throws IOException {
    JsonNode headers =
        JSON.readTree(DOCS.resolve("schemas/job-event-headers.schema.json").toFile());
    Set<String> sent = all(EVENTS.resolve("EventSender.java"), "headers\\.put\\(\"([^\"]+)\"");
    Set<String> types = new TreeSet<>();
    // The constants of the enum, of which the wire names are made.
    for (String constant : all(EVENTS.resolve("JobEventType.java"), "(?m)^  ([A-Z]+)[,;]$")) {
      types.add("io.rowledger.job." + constant.toLowerCase(java.util.Locale.ROOT) + ".v1");
    }

    assertThat(headers.path("properties").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(sent);
    // Only when what caused the event was traced.
    sent.removeAll(Set.of("traceparent", "ce_traceparent"));
    assertThat(texts(headers.path("required"))).isEqualTo(sent);
    assertThat(texts(headers.at("/properties/ce_type/enum"))).hasSize(9).isEqualTo(types);
  }

  private static JsonSchema specification() throws IOException {
    try (InputStream in = AsyncApiTest.class.getResourceAsStream("/asyncapi/3.0.0.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(in);
    }
  }

  private static JsonNode description() throws IOException {
    return YAML.readTree(DOCS.resolve("asyncapi.yaml").toFile());
  }

  private static List<String> references(JsonNode node) {
    List<String> found = new ArrayList<>();
    for (JsonNode reference : node.findValues("$ref")) {
      found.add(reference.asText());
    }
    return found;
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String first(Path file, String pattern) throws IOException {
    return all(file, pattern).iterator().next();
  }

  private static Set<String> all(Path file, String pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
