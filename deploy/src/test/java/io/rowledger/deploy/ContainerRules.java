package io.rowledger.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.deploy.Policy.Rule;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a container may be. */
final class ContainerRules {

  private static final Pattern VERSION =
      Pattern.compile(".+/[^:@]+:(?!latest)[A-Za-z0-9_][A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?");

  static final List<Rule> RULES =
      List.of(
          new Rule(
              "no more privileges",
              containers(
                  container ->
                      isFalse(container.at("/securityContext/allowPrivilegeEscalation"))
                          && !container.at("/securityContext/privileged").asBoolean())),
          new Rule(
              "no capabilities",
              containers(
                  container ->
                      Manifest.texts(container.at("/securityContext/capabilities/drop"))
                              .anyMatch("ALL"::equals)
                          && container.at("/securityContext/capabilities/add").isEmpty())),
          new Rule(
              "containers keep the user of their pod",
              containers(
                  container ->
                      !container.at("/securityContext").has("runAsUser")
                          && !container.at("/securityContext").has("runAsNonRoot"))),
          new Rule(
              "the root file system is read-only",
              containers(
                  container ->
                      container.at("/securityContext/readOnlyRootFilesystem").asBoolean()
                          && Manifest.each(container.path("volumeMounts"))
                              .anyMatch(mount -> mount.path("mountPath").asText().equals("/tmp")))),
          new Rule(
              "resources are requested and limited",
              containers(
                  container ->
                      Stream.of("cpu", "memory", "ephemeral-storage")
                              .allMatch(
                                  what ->
                                      container.at("/resources/requests").has(what)
                                          && container.at("/resources/limits").has(what))
                          // More memory than requested is what pods are ended for first.
                          && container
                              .at("/resources/requests/memory")
                              .equals(container.at("/resources/limits/memory")))),
          new Rule("images have a version", containers(ContainerRules::hasVersion)),
          new Rule("started, ready and alive are asked", main(ContainerRules::hasProbes)));

  private ContainerRules() {}

  private static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }

  private static boolean hasVersion(JsonNode container) {
    return VERSION.matcher(container.path("image").asText()).matches();
  }

  /** Each at its own path: who asks for readiness to decide over life restarts what waits. */
  private static boolean hasProbes(JsonNode container) {
    return asks(container, "startupProbe", "/q/health/started")
        && asks(container, "readinessProbe", "/q/health/ready")
        && asks(container, "livenessProbe", "/q/health/live")
        // A pause of the garbage collector is no death.
        && container.at("/livenessProbe/periodSeconds").asInt()
                * container.at("/livenessProbe/failureThreshold").asInt()
            >= 30;
  }

  private static boolean asks(JsonNode container, String probe, String path) {
    return container.path(probe).at("/httpGet/path").asText().equals(path)
        && container.path(probe).at("/httpGet/port").asText().equals("http");
  }

  private static Function<Rendering, Stream<String>> containers(Predicate<JsonNode> rule) {
    return broken(Rendering::containers, rule);
  }

  private static Function<Rendering, Stream<String>> main(Predicate<JsonNode> rule) {
    return broken(Rendering::mainContainers, rule);
  }

  private static Function<Rendering, Stream<String>> broken(
      Function<Manifest, Stream<JsonNode>> containers, Predicate<JsonNode> rule) {
    return rendering ->
        rendering
            .deployments()
            .flatMap(
                deployment ->
                    containers
                        .apply(deployment)
                        .filter(container -> !rule.test(container))
                        .map(
                            container ->
                                deployment.id() + " container " + container.path("name").asText()));
  }
}
