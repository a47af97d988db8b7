package io.rowledger.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.deploy.Policy.Rule;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who may reach what, and what nobody may read. */
final class AccessRules {

  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(PASSWORD|SECRET|TOKEN|JAAS|(MASTER|ADMIN|API)_KEY)");

  private static final Pattern SECRET_VALUE =
      Pattern.compile("(?is).*(password\\s*=|://[^/\\s]+:[^/@\\s]+@|PRIVATE KEY-----).*");

  static final List<Rule> RULES =
      List.of(
          new Rule("no secret in clear", AccessRules::secretsInClear),
          new Rule(
              "everything is denied at first",
              rendering ->
                  rendering.ofKind("NetworkPolicy").noneMatch(AccessRules::deniesAll)
                      ? Stream.of("there is no such policy")
                      : Stream.empty()),
          new Rule(
              "a policy for each pod, in and out",
              rendering ->
                  rendering
                      .deployments()
                      .flatMap(
                          deployment ->
                              Stream.of("ingress", "egress")
                                  .filter(way -> !isAllowed(rendering, deployment, way))
                                  .map(way -> deployment.id() + " " + way))),
          new Rule("no policy lets everybody through", AccessRules::openPolicies),
          new Rule("callers use TLS", AccessRules::plainIngress),
          new Rule("large uploads pass the ingress", AccessRules::smallIngress),
          new Rule(
              "connections are encrypted",
              rendering ->
                  rendering
                      .deployments()
                      .flatMap(
                          deployment ->
                              Rendering.containers(deployment)
                                  .filter(container -> !isEncrypted(rendering, container))
                                  .map(container -> deployment.id()))),
          new Rule(
              "users of Kafka may do what they need",
              rendering ->
                  rendering
                      .ofKind("KafkaUser")
                      .filter(user -> !isModest(rendering, user))
                      .map(Manifest::id)),
          new Rule(
              "everything is in one namespace",
              rendering ->
                  rendering.manifests().stream()
                      .filter(
                          object ->
                              !object.text("/metadata/namespace").equals(rendering.namespace()))
                      .map(Manifest::id)));

  private AccessRules() {}

  private static Stream<String> secretsInClear(Rendering rendering) {
    Stream<String> objects = rendering.ofKind("Secret").map(Manifest::id);
    Stream<String> settings =
        rendering
            .ofKind("ConfigMap")
            .flatMap(
                map ->
                    map.at("/data").properties().stream()
                        .filter(setting -> isSecret(setting.getKey(), setting.getValue().asText()))
                        .map(setting -> map.id() + " " + setting.getKey()));
    Stream<String> variables =
        rendering
            .deployments()
            .flatMap(
                deployment ->
                    Rendering.containers(deployment)
                        .flatMap(container -> Manifest.each(container.path("env")))
                        .filter(
                            variable ->
                                variable.has("value")
                                    && isSecret(
                                        variable.path("name").asText(),
                                        variable.path("value").asText()))
                        .map(variable -> deployment.id() + " " + variable.path("name").asText()));
    Stream<String> scalers =
        rendering
            .ofKind("ScaledObject")
            .filter(
                scaled ->
                    Manifest.each(scaled.at("/spec/triggers"))
                        .anyMatch(
                            trigger ->
                                trigger.path("metadata").has("connection")
                                    || trigger.path("metadata").has("password")))
            .map(Manifest::id);
    return Stream.of(objects, settings, variables, scalers).flatMap(found -> found);
  }

  private static boolean isSecret(String name, String value) {
    return SECRET_NAME.matcher(name).matches() || SECRET_VALUE.matcher(value).matches();
  }

  private static boolean deniesAll(Manifest policy) {
    return policy.at("/spec/podSelector").isEmpty()
        && Manifest.texts(policy.at("/spec/policyTypes"))
            .toList()
            .containsAll(List.of("Ingress", "Egress"))
        && !policy.at("/spec").has("ingress")
        && !policy.at("/spec").has("egress");
  }

  private static boolean isAllowed(Rendering rendering, Manifest deployment, String way) {
    return rendering
        .ofKind("NetworkPolicy")
        .anyMatch(
            policy -> {
              JsonNode selector = policy.at("/spec/podSelector/matchLabels");
              return !selector.isEmpty()
                  && Rendering.selects(selector, deployment)
                  && !policy.at("/spec/" + way).isEmpty();
            });
  }

  /** A rule without peers or without ports means all of them. */
  private static Stream<String> openPolicies(Rendering rendering) {
    return rendering
        .ofKind("NetworkPolicy")
        .filter(
            policy ->
                Stream.of(Map.entry("ingress", "from"), Map.entry("egress", "to"))
                    .anyMatch(
                        way ->
                            Manifest.each(policy.at("/spec/" + way.getKey()))
                                .anyMatch(rule -> isOpen(rule, rule.path(way.getValue())))))
        .map(Manifest::id);
  }

  private static boolean isOpen(JsonNode rule, JsonNode peers) {
    return rule.path("ports").isEmpty()
        || peers.isEmpty()
        || Manifest.each(peers)
            .anyMatch(
                peer ->
                    (peer.has("namespaceSelector") && peer.path("namespaceSelector").isEmpty())
                        || (peer.at("/ipBlock/cidr").asText().equals("0.0.0.0/0")
                            && Manifest.texts(peer.at("/ipBlock/except"))
                                .noneMatch("169.254.0.0/16"::equals)));
  }

  private static Stream<String> plainIngress(Rendering rendering) {
    return rendering
        .ofKind("Ingress")
        .filter(
            ingress -> {
              List<String> encrypted =
                  Manifest.each(ingress.at("/spec/tls"))
                      .filter(tls -> !tls.path("secretName").asText().isEmpty())
                      .flatMap(tls -> Manifest.texts(tls.path("hosts")))
                      .toList();
              return !Manifest.each(ingress.at("/spec/rules"))
                  .allMatch(rule -> encrypted.contains(rule.path("host").asText()));
            })
        .map(Manifest::id);
  }

  private static Stream<String> smallIngress(Rendering rendering) {
    String nginx = "nginx.ingress.kubernetes.io/";
    return rendering
        .ofKind("Ingress")
        .filter(ingress -> ingress.text("/spec/ingressClassName").equals("nginx"))
        .filter(
            ingress -> {
              JsonNode annotations = ingress.at("/metadata/annotations");
              return !annotations.path(nginx + "proxy-body-size").asText().equals("8g")
                  || !annotations.path(nginx + "proxy-request-buffering").asText().equals("off")
                  || annotations.path(nginx + "proxy-read-timeout").asInt() < 600;
            })
        .map(Manifest::id);
  }

  private static boolean isEncrypted(Rendering rendering, JsonNode container) {
    return rendering
            .setting(container, "QUARKUS_DATASOURCE_JDBC_URL")
            .filter(url -> url.contains("sslmode=verify-full"))
            .isPresent()
        && rendering
            .setting(container, "KAFKA_SECURITY_PROTOCOL")
            .filter(protocol -> protocol.endsWith("SSL"))
            .isPresent();
  }

  private static boolean isModest(Rendering rendering, Manifest user) {
    return user.text("/spec/authentication/type").equals("scram-sha-512")
        && user.text("/spec/authorization/type").equals("simple")
        && Manifest.each(user.at("/spec/authorization/acls"))
            .allMatch(
                acl ->
                    acl.at("/resource/patternType").asText().equals("literal")
                        && !acl.at("/resource/name").asText().equals("*")
                        && Manifest.texts(acl.path("operations"))
                            .allMatch(
                                List.of("Read", "Write", "Describe", "DescribeConfigs")::contains)
                        && (!acl.at("/resource/type").asText().equals("topic")
                            || rendering
                                .find("KafkaTopic/" + acl.at("/resource/name").asText())
                                .isPresent()));
  }
}
