package io.rowledger.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.deploy.Policy.Rule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What keeps the services and their data there. */
final class AvailabilityRules {

  static final List<Rule> RULES =
      List.of(
          new Rule(
              "a budget for disruptions",
              rendering ->
                  rendering
                      .deployments()
                      .filter(
                          deployment ->
                              rendering
                                      .ofKind("PodDisruptionBudget")
                                      .filter(budget -> isFor(budget, deployment))
                                      .count()
                                  != 1)
                      .map(Manifest::id)),
          new Rule(
              "an autoscaler sets the number of pods",
              rendering ->
                  rendering
                      .deployments()
                      .filter(
                          deployment ->
                              deployment.at("/spec").has("replicas")
                                  || scalers(rendering)
                                          .filter(scaler -> scales(scaler, deployment))
                                          .count()
                                      != 1)
                      .map(Manifest::id)),
          new Rule(
              "time to stop in order",
              rendering ->
                  rendering
                      .deployments()
                      .filter(deployment -> !mayStop(rendering, deployment))
                      .map(Manifest::id)),
          new Rule("topics keep what was acknowledged", AvailabilityRules::forgetfulTopics),
          new Rule("what is named is there", AvailabilityRules::dangling));

  /** Of the longest {@code retentionDays} that an organisation has unless it is given more. */
  private static final long THIRTY_DAYS = 30L * 24 * 60 * 60 * 1000;

  /** What stopping takes besides the settings: ends of threads, pools, consumers. */
  private static final long TO_SPARE_SECONDS = 10;

  private AvailabilityRules() {}

  private static boolean isFor(Manifest budget, Manifest deployment) {
    JsonNode selector = budget.at("/spec/selector/matchLabels");
    return !selector.isEmpty()
        && Rendering.selects(selector, deployment)
        && budget.at("/spec/maxUnavailable").asInt() >= 1;
  }

  private static Stream<Manifest> scalers(Rendering rendering) {
    return Stream.concat(
        rendering.ofKind("HorizontalPodAutoscaler"), rendering.ofKind("ScaledObject"));
  }

  private static boolean scales(Manifest scaler, Manifest deployment) {
    boolean horizontal = scaler.kind().equals("HorizontalPodAutoscaler");
    int least = scaler.at(horizontal ? "/spec/minReplicas" : "/spec/minReplicaCount").asInt();
    int most = scaler.at(horizontal ? "/spec/maxReplicas" : "/spec/maxReplicaCount").asInt();
    return scaler.text("/spec/scaleTargetRef/kind").equals("Deployment")
        && scaler.text("/spec/scaleTargetRef/name").equals(deployment.name())
        && least >= 1
        && most > least;
  }

  private static boolean mayStop(Rendering rendering, Manifest deployment) {
    long needed =
        Rendering.mainContainers(deployment)
            .mapToLong(
                container ->
                    TO_SPARE_SECONDS
                        + container.at("/lifecycle/preStop/sleep/seconds").asLong()
                        + Stream.of("QUARKUS_SHUTDOWN_TIMEOUT", "ROWLEDGER_WORKER_STOP_TIMEOUT")
                            .flatMap(name -> rendering.setting(container, name).stream())
                            .flatMapToLong(text -> LongStream.of(Quantity.seconds(text)))
                            .max()
                            .orElse(Long.MAX_VALUE / 2))
            .max()
            .orElseThrow();
    return deployment.at("/spec/template/spec/terminationGracePeriodSeconds").asLong() >= needed;
  }

  private static Stream<String> forgetfulTopics(Rendering rendering) {
    Set<String> allowed =
        rendering
            .find("ConfigMap/rowledger")
            .map(map -> map.text("/data/ROWLEDGER_STARTUP_ALLOW"))
            .map(text -> Set.of(text.split(",", -1)))
            .orElseThrow();
    return rendering
        .ofKind("KafkaTopic")
        .filter(
            topic ->
                (topic.at("/spec/replicas").asInt() < 3
                        && !allowed.contains("kafka-replication-factor"))
                    || (setting(topic, "min.insync.replicas") < 2
                        && !allowed.contains("kafka-min-insync-replicas"))
                    || !config(topic, "cleanup.policy").equals("delete")
                    || !config(topic, "unclean.leader.election.enable").equals("false")
                    || (topic.name().equals("batch-import.rows")
                        && (setting(topic, "retention.ms") < THIRTY_DAYS
                            || setting(topic, "retention.bytes") != -1)))
        .map(Manifest::id);
  }

  private static String config(Manifest topic, String name) {
    return topic.at("/spec/config").path(name).asText();
  }

  private static long setting(Manifest topic, String name) {
    return topic.at("/spec/config").path(name).asLong();
  }

  /** References to objects of the same rendering. Secrets are made by hand: docs/kubernetes.md. */
  private static Stream<String> dangling(Rendering rendering) {
    Stream<String> ofPods =
        rendering
            .deployments()
            .flatMap(
                deployment ->
                    Stream.concat(
                        Stream.of(
                            "ServiceAccount/"
                                + deployment.text("/spec/template/spec/serviceAccountName")),
                        Rendering.containers(deployment)
                            .flatMap(container -> configMaps(container))));
    Stream<String> ofScalers =
        rendering
            .ofKind("ScaledObject")
            .flatMap(scaled -> Manifest.each(scaled.at("/spec/triggers")))
            .map(
                trigger ->
                    "TriggerAuthentication/" + trigger.at("/authenticationRef/name").asText());
    Stream<String> ofIngress =
        rendering
            .ofKind("Ingress")
            .flatMap(ingress -> ingress.json().findValues("service").stream())
            .map(service -> "Service/" + service.path("name").asText());
    Stream<String> named =
        Stream.of(ofPods, ofScalers, ofIngress)
            .flatMap(found -> found)
            .filter(id -> rendering.find(id).isEmpty())
            .collect(Collectors.toSet())
            .stream();
    Stream<String> empty =
        rendering
            .ofKind("Service")
            .filter(
                service ->
                    rendering
                        .deployments()
                        .noneMatch(
                            deployment ->
                                Rendering.selects(service.at("/spec/selector"), deployment)))
            .map(service -> service.id() + " selects nothing");
    return Stream.concat(named, empty);
  }

  private static Stream<String> configMaps(JsonNode container) {
    return Stream.concat(
            container.findValues("configMapRef").stream(),
            container.findValues("configMapKeyRef").stream())
        .map(reference -> "ConfigMap/" + reference.path("name").asText());
  }
}
