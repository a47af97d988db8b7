package io.rowledger.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that would be sent to a cluster. */
record Rendering(String namespace, List<Manifest> manifests) {

  Rendering {
    manifests = List.copyOf(manifests);
  }

  /** To break something in. */
  Rendering copy() {
    return new Rendering(namespace, manifests.stream().map(Manifest::copy).toList());
  }

  Rendering without(String id) {
    return new Rendering(
        namespace, manifests.stream().filter(object -> !object.id().equals(id)).toList());
  }

  Rendering with(Manifest added) {
    return new Rendering(namespace, Stream.concat(manifests.stream(), Stream.of(added)).toList());
  }

  Stream<Manifest> ofKind(String kind) {
    return manifests.stream().filter(object -> object.kind().equals(kind));
  }

  Optional<Manifest> find(String id) {
    return manifests.stream().filter(object -> object.id().equals(id)).findFirst();
  }

  Manifest get(String id) {
    return find(id).orElseThrow(() -> new IllegalArgumentException("There is no " + id + "."));
  }

  Stream<Manifest> deployments() {
    return ofKind("Deployment");
  }

  /** Containers of a pod; those that migrate come first. */
  static Stream<JsonNode> containers(Manifest deployment) {
    return Stream.concat(
        Manifest.each(deployment.at("/spec/template/spec/initContainers")),
        mainContainers(deployment));
  }

  static Stream<JsonNode> mainContainers(Manifest deployment) {
    return Manifest.each(deployment.at("/spec/template/spec/containers"));
  }

  /** What a setting of a container is in the end, where it does not come from a Secret. */
  Optional<String> setting(JsonNode container, String name) {
    Optional<String> own =
        Manifest.each(container.path("env"))
            .filter(variable -> variable.path("name").asText().equals(name))
            .map(variable -> variable.path("value").asText())
            .findFirst();
    return own.or(
        () ->
            Manifest.each(container.path("envFrom"))
                .map(source -> source.at("/configMapRef/name").asText())
                .map(map -> find("ConfigMap/" + map))
                .flatMap(Optional::stream)
                .map(map -> map.at("/data").path(name))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .reduce((earlier, later) -> later));
  }

  /** Whether a selector means the pods of a deployment. */
  static boolean selects(JsonNode matchLabels, Manifest deployment) {
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    return matchLabels.properties().stream()
        .allMatch(label -> labels.path(label.getKey()).equals(label.getValue()));
  }
}
