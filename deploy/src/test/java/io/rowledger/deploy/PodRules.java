package io.rowledger.deploy;

import static io.rowledger.deploy.Manifest.each;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.deploy.Policy.Rule;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a pod may be: the restricted standard of Kubernetes, and a bit more. */
final class PodRules {

  static final List<Rule> RULES =
      List.of(
          new Rule(
              "pods do not run as root",
              pods(
                  pod ->
                      pod.at("/securityContext/runAsNonRoot").asBoolean()
                          && pod.at("/securityContext/runAsUser").asInt() >= 10_000
                          && pod.at("/securityContext/runAsGroup").asInt() >= 10_000)),
          new Rule(
              "system calls are filtered",
              pods(
                  pod ->
                      pod.at("/securityContext/seccompProfile/type")
                          .asText()
                          .equals("RuntimeDefault"))),
          new Rule(
              "pods share nothing with their node",
              pods(
                  pod ->
                      !pod.path("hostNetwork").asBoolean()
                          && !pod.path("hostPID").asBoolean()
                          && !pod.path("hostIPC").asBoolean()
                          && each(pod.path("volumes"))
                              .noneMatch(volume -> volume.has("hostPath")))),
          new Rule(
              "no token of Kubernetes",
              rendering ->
                  Stream.concat(
                      pods(pod ->
                              isFalse(pod.path("automountServiceAccountToken"))
                                  && !pod.path("serviceAccountName").asText("").isEmpty())
                          .apply(rendering),
                      rendering
                          .ofKind("ServiceAccount")
                          .filter(account -> !isFalse(account.at("/automountServiceAccountToken")))
                          .map(Manifest::id))),
          new Rule(
              "pods spread over zones and nodes",
              rendering ->
                  rendering
                      .deployments()
                      .filter(
                          deployment ->
                              !spreadOver(deployment)
                                  .containsAll(
                                      Set.of(
                                          "topology.kubernetes.io/zone", "kubernetes.io/hostname")))
                      .map(Manifest::id)),
          new Rule("what is written to has a limit", PodRules::unlimitedVolumes));

  private PodRules() {}

  private static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }

  private static Function<Rendering, Stream<String>> pods(Predicate<JsonNode> rule) {
    return rendering ->
        rendering
            .deployments()
            .filter(deployment -> !rule.test(deployment.at("/spec/template/spec")))
            .map(Manifest::id);
  }

  /** Keys by which the pods of this deployment, and not others, are spread. */
  private static Set<String> spreadOver(Manifest deployment) {
    return each(deployment.at("/spec/template/spec/topologySpreadConstraints"))
        .filter(
            spread ->
                Rendering.selects(spread.at("/labelSelector/matchLabels"), deployment)
                    && !spread.at("/labelSelector/matchLabels").isEmpty())
        .map(spread -> spread.path("topologyKey").asText())
        .collect(Collectors.toSet());
  }

  /** A full disk of a node ends the pods of others; a full volume of ours only ours. */
  private static Stream<String> unlimitedVolumes(Rendering rendering) {
    return rendering
        .deployments()
        .flatMap(
            deployment -> {
              List<JsonNode> volumes =
                  each(deployment.at("/spec/template/spec/volumes"))
                      .filter(volume -> volume.has("emptyDir"))
                      .toList();
              Stream<String> without =
                  volumes.stream()
                      .filter(volume -> !volume.at("/emptyDir").has("sizeLimit"))
                      .map(volume -> deployment.id() + " volume " + volume.path("name").asText());
              double sum =
                  volumes.stream()
                      .mapToDouble(
                          volume -> Quantity.of(volume.at("/emptyDir/sizeLimit").asText("0")))
                      .sum();
              Stream<String> tooMuch =
                  Rendering.mainContainers(deployment)
                      .filter(
                          container ->
                              Quantity.of(
                                      container
                                          .at("/resources/limits/ephemeral-storage")
                                          .asText("0"))
                                  < sum)
                      .map(container -> deployment.id() + " volumes exceed ephemeral-storage");
              Stream<String> spool =
                  Rendering.mainContainers(deployment)
                      .filter(container -> spoolIsTooSmall(rendering, container, volumes))
                      .map(container -> deployment.id() + " spool is smaller than its setting");
              return Stream.of(without, tooMuch, spool).flatMap(found -> found);
            });
  }

  private static boolean spoolIsTooSmall(
      Rendering rendering, JsonNode container, List<JsonNode> volumes) {
    return rendering
        .setting(container, "ROWLEDGER_INTAKE_SPOOL_MAX_BYTES")
        .map(Double::parseDouble)
        .filter(
            bytes ->
                volumes.stream()
                    .filter(volume -> volume.path("name").asText().equals("spool"))
                    .noneMatch(
                        volume ->
                            Quantity.of(volume.at("/emptyDir/sizeLimit").asText("0")) > bytes))
        .isPresent();
  }
}
