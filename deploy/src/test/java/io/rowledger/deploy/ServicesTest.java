package io.rowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The manifests fit to the services. Misspelt environment variables are nobody's error. */
class ServicesTest {

  /** What the services do not document because it is Quarkus' own. */
  private static final Set<String> OF_QUARKUS =
      Set.of("QUARKUS_INIT_AND_EXIT", "QUARKUS_FLYWAY_MIGRATE_AT_START");

  private static final Rendering PRODUCTION = Overlay.PRODUCTION.kustomize();

  @ParameterizedTest
  @EnumSource
  void everyVariableIsASettingThatIsDocumented(Overlay overlay) {
    Set<String> documented = documented();

    assertThat(variables(overlay.kustomize()))
        .filteredOn(name -> !OF_QUARKUS.contains(name))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(documented).contains(name));
  }

  @Test
  void topicsAreThoseOfTheServices() {
    String worker = Repository.read("import-worker/src/main/resources/application.properties");
    String api = Repository.read("api-service/src/main/resources/application.properties");
    String settings = Repository.read("docs/configuration.md");

    assertThat(PRODUCTION.ofKind("KafkaTopic").map(Manifest::name))
        .hasSize(4)
        .allSatisfy(name -> assertThat(worker + api + settings).contains(name));
    assertThat(Repository.read("deploy/compose.yaml"))
        .contains(PRODUCTION.ofKind("KafkaTopic").map(topic -> "make " + topic.name()).toList());
  }

  @Test
  void consumersGroupIsTheWorkers() {
    assertThat(Repository.read("import-worker/src/main/resources/application.properties"))
        .contains("group.id=" + group());
  }

  private static String group() {
    return Manifest.each(
            PRODUCTION.get("KafkaUser/rowledger-worker").at("/spec/authorization/acls"))
        .map(acl -> acl.path("resource"))
        .filter(resource -> resource.path("type").asText().equals("group"))
        .map(resource -> resource.path("name").asText())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theIngressHasTheRoutesOfTheDescriptionWithoutThoseOfOperators() {
    Set<String> described =
        Pattern.compile("(?m)^  (/[a-z-]+)")
            .matcher(Repository.read("docs/openapi.yaml"))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    described.remove("/admin");

    Stream<String> paths =
        Manifest.each(PRODUCTION.get("Ingress/api-service").at("/spec/rules/0/http/paths"))
            .map(path -> path.path("path").asText());

    assertThat(paths).containsExactlyInAnyOrderElementsOf(described);
  }

  @Test
  void portsAreThoseOfTheServices() {
    assertThat(port("api-service")).isEqualTo(8080);
    assertThat(Repository.read("api-service/src/main/resources/application.properties"))
        .contains("quarkus.http.port=${PORT:8080}");
    assertThat(port("import-worker")).isEqualTo(8081);
    assertThat(Repository.read("import-worker/src/main/resources/application.properties"))
        .contains("quarkus.http.port=8081");
  }

  private static int port(String service) {
    return PRODUCTION
        .get("Deployment/" + service)
        .at("/spec/template/spec/containers/0/ports/0/containerPort")
        .asInt();
  }

  /** A test of core asks it of a real PostgreSQL. */
  @Test
  void theScalerAsksTheQueryThatIsTested() {
    String tested =
        Repository.read("deploy/postgresql/claimable-jobs.sql")
            .lines()
            .filter(line -> !line.startsWith("--"))
            .collect(Collectors.joining(" "));

    assertThat(PRODUCTION.get("ScaledObject/import-worker").text("/spec/triggers/0/metadata/query"))
        .isEqualTo(tested.strip());
  }

  @ParameterizedTest
  @EnumSource
  void theScalerCountsWithTheSlotsOfAWorker(Overlay overlay) {
    Rendering rendering = overlay.kustomize();

    assertThat(
            rendering
                .get("ScaledObject/import-worker")
                .text("/spec/triggers/0/metadata/targetQueryValue"))
        .isEqualTo(
            rendering.get("ConfigMap/rowledger-worker").text("/data/ROWLEDGER_WORKER_SLOTS"));
  }

  @Test
  void everySecretThatIsNeededIsExplained() {
    String manual = Repository.read("docs/kubernetes.md");
    Set<String> needed =
        PRODUCTION.manifests().stream()
            .flatMap(
                object ->
                    Stream.of(
                            object.json().findValuesAsText("secretName").stream(),
                            names(object.json().findValues("secretKeyRef")),
                            names(object.json().findValues("secret")),
                            object.json().findValues("secretTargetRef").stream()
                                .flatMap(Manifest::each)
                                .map(reference -> reference.path("name").asText()))
                        .flatMap(found -> found))
            .collect(Collectors.toSet());

    assertThat(needed)
        .hasSizeGreaterThan(8)
        .allSatisfy(name -> assertThat(manual).contains("`" + name + "`"));
  }

  @Test
  void everyRuleIsInTheManual() {
    String manual = Repository.read("docs/kubernetes.md");

    assertThat(Policy.RULES)
        .allSatisfy(rule -> assertThat(manual).contains("| " + rule.name() + " |"));
  }

  @Test
  void composeHasImagesWithAVersionAndNoSecretInClear() {
    JsonNode compose = Manifest.parse(Repository.read("deploy/compose.yaml")).get(0).json();

    assertThat(compose.path("services").properties())
        .hasSizeGreaterThan(6)
        .allSatisfy(
            service -> {
              assertThat(service.getValue().path("image").asText())
                  .as(service.getKey())
                  .matches("[^:]+:(?!latest).+");
              assertThat(service.getValue().path("environment").properties())
                  .filteredOn(variable -> variable.getKey().matches(".*(PASSWORD|SECRET|_KEY)"))
                  .allSatisfy(
                      variable -> assertThat(variable.getValue().asText()).matches("\\$\\{.*}"));
            });
  }

  private static Stream<String> names(List<JsonNode> references) {
    return references.stream().map(reference -> reference.path("name").asText());
  }

  private static Set<String> variables(Rendering rendering) {
    Stream<String> ofMaps =
        rendering
            .ofKind("ConfigMap")
            .flatMap(map -> map.at("/data").properties().stream())
            .map(setting -> setting.getKey());
    Stream<String> ofPods =
        rendering
            .deployments()
            .flatMap(Rendering::containers)
            .flatMap(container -> Manifest.each(container.path("env")))
            .map(variable -> variable.path("name").asText());
    return Stream.concat(ofMaps, ofPods).collect(Collectors.toSet());
  }

  /** Names in the manuals, also those that are written in short: `a.b.c`, `.d` means `a.b.d`. */
  private static Set<String> documented() {
    Set<String> found = new TreeSet<>();
    for (String page : List.of("configuration", "tls")) {
      for (String line : Repository.read("docs/" + page + ".md").split("\n", -1)) {
        String last = "";
        for (MatchResult match :
            Pattern.compile("`?((?:(?:rowledger|quarkus|kafka)\\.|\\.)[a-z.-]+)`?")
                .matcher(line)
                .results()
                .toList()) {
          String name = match.group(1);
          if (name.startsWith(".")) {
            name = last.substring(0, Math.max(0, last.lastIndexOf('.'))) + name;
          } else {
            last = name;
          }
          found.add(name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT));
        }
      }
    }
    return found;
  }
}
