package io.rowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest keeps every rule, and each rule notices when it is broken. */
class PolicyTest {

  /** What breaks a rule: rule | object | place | new value; nothing takes away what is there. */
  private static final String BREAKS =
      """
      pods do not run as root | Deployment/api-service | /spec/template/spec/securityContext/runAsNonRoot | false
      pods do not run as root | Deployment/import-worker | /spec/template/spec/securityContext/runAsUser | 0
      system calls are filtered | Deployment/import-worker | /spec/template/spec/securityContext/seccompProfile/type | Unconfined
      pods share nothing with their node | Deployment/import-worker | /spec/template/spec/hostNetwork | true
      pods share nothing with their node | Deployment/import-worker | /spec/template/spec/volumes/1 | {"name":"tmp","hostPath":{"path":"/"}}
      no token of Kubernetes | Deployment/api-service | /spec/template/spec/automountServiceAccountToken | true
      no token of Kubernetes | ServiceAccount/import-worker | /automountServiceAccountToken |
      no token of Kubernetes | Deployment/api-service | /spec/template/spec/serviceAccountName |
      pods spread over zones and nodes | Deployment/api-service | /spec/template/spec/topologySpreadConstraints/0 |
      pods spread over zones and nodes | Deployment/api-service | /spec/template/spec/topologySpreadConstraints/1/labelSelector/matchLabels | {"app.kubernetes.io/name":"other"}
      what is written to has a limit | Deployment/import-worker | /spec/template/spec/volumes/1/emptyDir/sizeLimit |
      what is written to has a limit | Deployment/api-service | /spec/template/spec/volumes/0/emptyDir/sizeLimit | 16Gi
      what is written to has a limit | Deployment/api-service | /spec/template/spec/containers/0/resources/limits/ephemeral-storage | 18Gi
      no more privileges | Deployment/api-service | /spec/template/spec/containers/0/securityContext/allowPrivilegeEscalation |
      no more privileges | Deployment/api-service | /spec/template/spec/initContainers/0/securityContext/privileged | true
      no capabilities | Deployment/import-worker | /spec/template/spec/containers/0/securityContext/capabilities/drop | ["NET_RAW"]
      no capabilities | Deployment/import-worker | /spec/template/spec/containers/0/securityContext/capabilities/add | ["NET_ADMIN"]
      containers keep the user of their pod | Deployment/api-service | /spec/template/spec/initContainers/0/securityContext/runAsUser | 0
      the root file system is read-only | Deployment/api-service | /spec/template/spec/initContainers/0/securityContext/readOnlyRootFilesystem | false
      resources are requested and limited | Deployment/import-worker | /spec/template/spec/containers/0/resources/limits/memory |
      resources are requested and limited | Deployment/import-worker | /spec/template/spec/containers/0/resources/requests/cpu |
      resources are requested and limited | Deployment/import-worker | /spec/template/spec/containers/0/resources/requests/memory | 1Gi
      images have a version | Deployment/api-service | /spec/template/spec/containers/0/image | ghcr.io/rowledger/api-service:latest
      images have a version | Deployment/api-service | /spec/template/spec/initContainers/0/image | ghcr.io/rowledger/api-service
      started, ready and alive are asked | Deployment/import-worker | /spec/template/spec/containers/0/livenessProbe |
      started, ready and alive are asked | Deployment/import-worker | /spec/template/spec/containers/0/livenessProbe/httpGet/path | /q/health/ready
      started, ready and alive are asked | Deployment/api-service | /spec/template/spec/containers/0/startupProbe |
      started, ready and alive are asked | Deployment/api-service | /spec/template/spec/containers/0/livenessProbe/failureThreshold | 1
      a budget for disruptions | PodDisruptionBudget/api-service | /spec/selector/matchLabels | {"app.kubernetes.io/name":"other"}
      a budget for disruptions | PodDisruptionBudget/import-worker | /spec/maxUnavailable | 0
      an autoscaler sets the number of pods | Deployment/api-service | /spec/replicas | 2
      an autoscaler sets the number of pods | HorizontalPodAutoscaler/api-service | /spec/scaleTargetRef/name | other
      an autoscaler sets the number of pods | ScaledObject/import-worker | /spec/maxReplicaCount | 1
      time to stop in order | Deployment/import-worker | /spec/template/spec/terminationGracePeriodSeconds | 25
      time to stop in order | Deployment/api-service | /spec/template/spec/terminationGracePeriodSeconds | 30
      time to stop in order | ConfigMap/rowledger-worker | /data/ROWLEDGER_WORKER_STOP_TIMEOUT | 2m
      topics keep what was acknowledged | KafkaTopic/batch-import.tickets | /spec/replicas | 1
      topics keep what was acknowledged | KafkaTopic/batch-import.job-events | /spec/config/min.insync.replicas | 1
      topics keep what was acknowledged | KafkaTopic/batch-import.rows | /spec/config/retention.ms | 604800000
      topics keep what was acknowledged | KafkaTopic/batch-import.rows | /spec/config/retention.bytes | 1073741824
      topics keep what was acknowledged | KafkaTopic/batch-import.rows | /spec/config/cleanup.policy | compact,delete
      topics keep what was acknowledged | KafkaTopic/batch-import.rows | /spec/config/unclean.leader.election.enable |
      what is named is there | Deployment/import-worker | /spec/template/spec/serviceAccountName | other
      what is named is there | Deployment/import-worker | /spec/template/spec/containers/0/envFrom/1/configMapRef/name | other
      what is named is there | ScaledObject/import-worker | /spec/triggers/0/authenticationRef/name | other
      what is named is there | Ingress/api-service | /spec/rules/0/http/paths/0/backend/service/name | other
      what is named is there | Service/api-service | /spec/selector | {"app.kubernetes.io/name":"other"}
      no secret in clear | ConfigMap/rowledger-api | /data/QUARKUS_DATASOURCE_PASSWORD | x
      no secret in clear | ConfigMap/rowledger | /data/QUARKUS_DATASOURCE_JDBC_URL | jdbc:postgresql://db/rowledger?sslmode=verify-full&password=x
      no secret in clear | Deployment/import-worker | /spec/template/spec/containers/0/env/3 | {"name":"ROWLEDGER_CRYPTO_MASTER_KEY","value":"x"}
      no secret in clear | ScaledObject/import-worker | /spec/triggers/0/metadata/connection | postgresql://u:p@db/rowledger
      everything is denied at first | NetworkPolicy/default-deny | /spec/podSelector | {"matchLabels":{"a":"b"}}
      everything is denied at first | NetworkPolicy/default-deny | /spec/policyTypes | ["Ingress"]
      a policy for each pod, in and out | NetworkPolicy/common | /spec/podSelector | {"matchLabels":{"app.kubernetes.io/name":"api-service"}}
      a policy for each pod, in and out | NetworkPolicy/api-service | /spec/ingress |
      no policy lets everybody through | NetworkPolicy/import-worker | /spec/ingress/0/from |
      no policy lets everybody through | NetworkPolicy/import-worker | /spec/ingress/0/ports |
      no policy lets everybody through | NetworkPolicy/common | /spec/egress/1/to/0/namespaceSelector | {}
      no policy lets everybody through | NetworkPolicy/api-service | /spec/egress/0/to/0/ipBlock/except | []
      callers use TLS | Ingress/api-service | /spec/tls |
      callers use TLS | Ingress/api-service | /spec/rules/0/host | other.example.com
      large uploads pass the ingress | Ingress/api-service | /metadata/annotations/nginx.ingress.kubernetes.io~1proxy-body-size |
      large uploads pass the ingress | Ingress/api-service | /metadata/annotations/nginx.ingress.kubernetes.io~1proxy-read-timeout | "60"
      connections are encrypted | ConfigMap/rowledger | /data/QUARKUS_DATASOURCE_JDBC_URL | jdbc:postgresql://db/rowledger
      connections are encrypted | ConfigMap/rowledger | /data/KAFKA_SECURITY_PROTOCOL | SASL_PLAINTEXT
      users of Kafka may do what they need | KafkaUser/rowledger-worker | /spec/authorization/acls/0/operations | ["All"]
      users of Kafka may do what they need | KafkaUser/rowledger-api | /spec/authorization/acls/0/resource/patternType | prefix
      users of Kafka may do what they need | KafkaUser/rowledger-api | /spec/authentication/type | tls
      everything is in one namespace | Service/api-service | /metadata/namespace |
      """;

  /** One line of the table. */
  record Break(String rule, String object, String place, String value) {}

  static Stream<Break> breaks() {
    return BREAKS
        .lines()
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> new Break(cells.get(0), cells.get(1), cells.get(2), cells.get(3)));
  }

  @ParameterizedTest
  @EnumSource
  void everyRuleIsKept(Overlay overlay) {
    assertThat(Policy.violations(overlay.kustomize())).isEmpty();
    assertThat(Policy.violations(overlay.helm())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void aBrokenRuleIsCaught(Break broken) {
    Rendering rendering = Overlay.PRODUCTION.kustomize().copy();

    Edit.of(
        rendering.get(broken.object()),
        broken.place(),
        broken.value().isEmpty() ? null : broken.value());

    assertThat(Policy.violations(rendering))
        .anyMatch(violation -> violation.startsWith(broken.rule() + ": "));
  }

  @Test
  void aSecretAmongTheManifestsIsCaught() {
    Manifest secret =
        Manifest.parse(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: rowledger-keys, namespace: rowledger}
                """)
            .get(0);

    assertThat(Policy.violations(Overlay.PRODUCTION.kustomize().with(secret)))
        .containsExactly("no secret in clear: Secret/rowledger-keys");
  }

  @Test
  void whatIsMissingIsCaught() {
    Rendering all = Overlay.PRODUCTION.kustomize();

    assertThat(
            List.of(
                "PodDisruptionBudget/api-service",
                "ScaledObject/import-worker",
                "NetworkPolicy/default-deny",
                "NetworkPolicy/import-worker",
                "ConfigMap/rowledger-api",
                "KafkaTopic/batch-import.dead-letter"))
        .allSatisfy(id -> assertThat(Policy.violations(all.without(id))).as(id).isNotEmpty());
  }

  @Test
  void noRuleIsWithoutABreak() {
    Set<String> broken = breaks().map(Break::rule).collect(Collectors.toSet());

    assertThat(Policy.RULES).extracting(Policy.Rule::name).doesNotHaveDuplicates();
    assertThat(broken)
        .containsExactlyInAnyOrderElementsOf(Policy.RULES.stream().map(Policy.Rule::name).toList());
  }
}
