package io.rowledger.system;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a native compiler would be told of each service. What is not named there is not in the
 * executable, and nobody says so before it is missed.
 */
class NativeSourcesIT {
  private static final Path ROOT = Path.of(System.getProperty("rowledger.root")).normalize();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Read while the service is built, and never again. */
  private static final Set<String> OF_THE_BUILD =
      Set.of("application.properties", "META-INF/openapi.yaml");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              Stream.of("core", "api-service", "import-worker")
                  .map(module -> ROOT.resolve(module).resolve("target/classes"))
                  .toList());

  @Test
  void theRulesLookAtSomething() {
    assertThat(CLASSES).hasSizeGreaterThan(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"api-service", "import-worker"})
  void everyFileOfOursIsIncluded(String module) throws IOException {
    List<String> patterns =
        stream(config(module, "resource-config").path("resources").path("includes"))
            .map(include -> include.path("pattern").asText())
            .toList();

    assertThat(resources(module))
        .hasSizeGreaterThan(10)
        .allSatisfy(name -> assertThat(patterns).as(name).anyMatch(name::matches));
  }

  @ParameterizedTest
  @ValueSource(strings = {"api-service", "import-worker"})
  void everyServiceProviderOfOursCanBeMade(String module) throws IOException {
    Map<String, JsonNode> registered = reflection(module);

    for (String file : resources(module)) {
      if (file.startsWith("META-INF/services/")) {
        for (String provider :
            Files.readAllLines(ROOT.resolve(module).resolve("src/main/resources").resolve(file))) {
          assertThat(registered).as(file).containsKey(provider);
          assertThat(registered.get(provider).path("allDeclaredConstructors").asBoolean()).isTrue();
        }
      }
    }
  }

  /** What docs/tls.md offers is chosen by name while the service runs. */
  @ParameterizedTest
  @ValueSource(strings = {"api-service", "import-worker"})
  void kafkaCanLogInAndSpeakTls(String module) throws IOException {
    String arguments =
        Files.readString(ROOT.resolve(module).resolve("target/native-sources/native-image.args"));

    assertThat(reflection(module))
        .containsKeys(
            "org.apache.kafka.common.security.plain.PlainLoginModule",
            "org.apache.kafka.common.security.scram.ScramLoginModule",
            "org.apache.kafka.common.security.scram.internals.ScramSaslClient$ScramSaslClientFactory",
            "org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler",
            "org.apache.kafka.common.security.authenticator.AbstractLogin$DefaultLoginCallbackHandler");
    assertThat(arguments)
        .contains("ScramSaslClientProvider", "com.sun.security.sasl.Provider")
        .contains("--enable-url-protocols=http,https");
  }

  @ParameterizedTest
  @ValueSource(strings = "api-service")
  void whoReadsFilesKnowsAllCharsets(String module) throws IOException {
    assertThat(ROOT.resolve(module).resolve("target/native-sources/native-image.args"))
        .content()
        .contains("-H:+AddAllCharsets");
  }

  /** A native image runs initialisers when it is built: what they open or draw is baked in. */
  @Test
  void noStaticFieldKeepsSomethingOfTheMachineThatBuilds() {
    noFields()
        .that()
        .areStatic()
        .should()
        .haveRawType(
            assignableTo(Random.class)
                .or(assignableTo(Thread.class))
                .or(assignableTo(Executor.class))
                .or(assignableTo(AutoCloseable.class))
                .or(assignableTo(ProcessHandle.class))
                .or(assignableTo(InetAddress.class)))
        .check(CLASSES);
  }

  /**
   * A tree needs no registration. What Jackson maps to types goes through the mapper of the
   * service, with which a test bean of the api-service (RegisteredForNative) refuses what is not
   * registered.
   */
  @Test
  void jsonByHandIsTrees() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.(RerunResource|ProblemJson)")
        // Writes a tree.
        .and()
        .haveNameNotMatching(".*\\.Ticket")
        .should()
        .callMethodWhere(
            target(owner(assignableTo(ObjectMapper.class)))
                .and(
                    target(
                        nameMatching(
                            "readValue|convertValue|treeToValue|valueToTree|writeValue.*"))))
        .check(CLASSES);
  }

  private static List<String> resources(String module) throws IOException {
    List<String> names = new ArrayList<>();
    for (String source : List.of("core", module)) {
      Path directory = ROOT.resolve(source).resolve("src/main/resources");
      try (Stream<Path> files = Files.walk(directory)) {
        files
            .filter(Files::isRegularFile)
            .map(file -> directory.relativize(file).toString().replace('\\', '/'))
            .filter(name -> !OF_THE_BUILD.contains(name))
            .forEach(names::add);
      }
    }
    return names;
  }

  private static Map<String, JsonNode> reflection(String module) throws IOException {
    return stream(config(module, "reflect-config"))
        .collect(
            Collectors.toMap(
                type -> type.path("name").asText(), type -> type, (one, other) -> one));
  }

  private static JsonNode config(String module, String name) throws IOException {
    Path sources = ROOT.resolve(module).resolve("target/native-sources");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(sources, "*-runner.jar")) {
      Path jar = jars.iterator().next();
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        return JSON.readTree(
            zip.getInputStream(zip.getEntry("META-INF/native-image/" + name + ".json")));
      }
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
