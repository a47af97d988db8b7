package io.rowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A cluster would take every object as it is, and none with a field that it does not know. */
class SchemasTest {

  @ParameterizedTest
  @EnumSource
  void everyObjectIsValid(Overlay overlay) {
    assertThat(overlay.kustomize().manifests()).flatExtracting(Schemas::problems).isEmpty();
    assertThat(overlay.helm().manifests()).flatExtracting(Schemas::problems).isEmpty();
  }

  @Test
  void theNamespaceIsValid() {
    assertThat(Manifest.parse(Repository.read("deploy/kubernetes/namespace.yaml")))
        .hasSize(1)
        .flatExtracting(Schemas::problems)
        .isEmpty();
  }

  /** In every object that is not a map of the user's own names, wherever it is. */
  @TestFactory
  Stream<DynamicTest> anUnknownFieldIsRefusedEverywhere() {
    return Overlay.PRODUCTION.kustomize().manifests().stream()
        .map(
            object ->
                DynamicTest.dynamicTest(
                    object.id(),
                    () -> {
                      for (String place : places(object.json(), "", object.kind())) {
                        Manifest changed = object.copy();
                        ((ObjectNode) changed.at(place)).put("surprise", "x");
                        assertThat(Schemas.problems(changed)).as("field in " + place).isNotEmpty();
                      }
                    }));
  }

  @ParameterizedTest
  @CsvSource({
    "Deployment/api-service, /spec/selector, ''",
    "Deployment/api-service, /spec/revisionHistoryLimit, many",
    "Deployment/api-service, /spec/template/spec/automountServiceAccountToken, 7",
    "Service/api-service, /spec/ports/0/port, ''",
    "ScaledObject/import-worker, /spec/triggers, ''",
    "KafkaTopic/batch-import.rows, /spec/partitions, many",
    "KafkaUser/rowledger-api, /spec/authorization/acls/0/operations/0, Eat",
  })
  void whatIsMissingOrOfAnotherTypeIsRefused(String id, String pointer, String value) {
    Manifest object = Overlay.PRODUCTION.kustomize().get(id).copy();
    assertThat(object.at(pointer).isMissingNode()).isFalse();

    Edit.of(object, pointer, value.isEmpty() ? null : value);

    assertThat(Schemas.problems(object)).isNotEmpty();
  }

  /** Pointers of the objects whose fields are fixed. */
  private static List<String> places(JsonNode node, String pointer, String kind) {
    List<String> found = new ArrayList<>();
    if (node.isObject()) {
      if (!isFree(pointer, kind)) {
        found.add(pointer);
      }
      node.properties()
          .forEach(
              field ->
                  found.addAll(
                      places(field.getValue(), pointer + "/" + escaped(field.getKey()), kind)));
    } else {
      for (int i = 0; i < node.size(); i++) {
        found.addAll(places(node.get(i), pointer + "/" + i, kind));
      }
    }
    return found;
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** Labels, selectors, quantities, and settings. */
  private static boolean isFree(String pointer, String kind) {
    return pointer.matches("/data|/spec/config|.*/(labels|annotations|matchLabels|requests|limits)")
        || (kind.equals("Service") && pointer.equals("/spec/selector"));
  }
}
