package io.rowledger.api.description;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The specifications in docs are what the service says of itself. {@code
 * -Drowledger.write-specifications=true} writes them anew.
 */
@QuarkusTest
class SpecificationsTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COMPONENT = "#/components/schemas/";

  @Test
  void theOpenApiFileIsWhatTheServiceServes() throws IOException {
    String served = given().get("/q/openapi").then().statusCode(200).extract().asString();

    assertIs(DOCS.resolve("openapi.yaml"), served);
  }

  @Test
  void theSchemaOfEventsIsThatOfJobs() throws IOException {
    ObjectNode event = JSON.createObjectNode();
    event.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    event.put("$id", "https://rowledger.io/schemas/job-event.schema.json");
    event.put("title", "Data of a job event");
    event.put(
        "description",
        "The job as it was when the event happened; of its metadata only what may leave the"
            + " organisation.");
    event.put("$ref", "#/$defs/Job");
    event.set("$defs", definitions("Job"));
    ObjectWriter pretty = JSON.writerWithDefaultPrettyPrinter();

    assertIs(
        DOCS.resolve("schemas").resolve("job-event.schema.json"),
        pretty.writeValueAsString(event) + "\n");
  }

  @Test
  void everyOperationHasANameAndDescribesItsAnswers() throws IOException {
    JsonNode api = served();
    Set<String> names = new HashSet<>();
    for (JsonNode path : api.path("paths")) {
      for (JsonNode operation : path) {
        String name = operation.path("operationId").asText();
        assertThat(name).as(operation.path("summary").asText()).isNotEmpty();
        assertThat(names.add(name)).as("%s is given twice", name).isTrue();
        for (JsonNode answer : operation.path("responses")) {
          for (JsonNode media : answer.path("content")) {
            assertThat(media.has("schema")).as("an answer of %s has a schema", name).isTrue();
          }
        }
      }
    }
  }

  private static JsonNode definitions(String root) throws IOException {
    JsonNode components = served().path("components").path("schemas");
    ObjectNode definitions = JSON.createObjectNode();
    Deque<String> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!definitions.has(name)) {
        JsonNode schema = components.path(name);
        definitions.set(name, schema);
        schema
            .findValuesAsText("$ref")
            .forEach(ref -> open.push(ref.substring(COMPONENT.length())));
      }
    }
    return JSON.readTree(definitions.toString().replace(COMPONENT, "#/$defs/"));
  }

  private static JsonNode served() throws IOException {
    return JSON.readTree(
        given().get("/q/openapi?format=json").then().statusCode(200).extract().asString());
  }

  private static void assertIs(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("rowledger.write-specifications")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }
    assertThat(file)
        .as("run this test with -Drowledger.write-specifications=true, and read the difference")
        .hasContent(expected);
  }
}
